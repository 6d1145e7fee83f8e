// SPDX-License-Identifier: GPL-2.0-only
/* The mm's way to find room is called by a function (since 6.10). */
#include <linux/sched/mm.h>

/* exported: mm_get_unmapped_area */
unsigned long probe(struct mm_struct *mm, struct file *file)
{
	return mm_get_unmapped_area(mm, file, 0, PAGE_SIZE, 0, 0);
}
