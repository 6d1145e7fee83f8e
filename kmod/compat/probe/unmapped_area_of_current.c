// SPDX-License-Identifier: GPL-2.0-only
/* Only the current mm can be asked for room (since 6.19). */
#include <linux/sched/mm.h>

/* exported: mm_get_unmapped_area */
unsigned long probe(struct file *file)
{
	return mm_get_unmapped_area(file, 0, PAGE_SIZE, 0, 0);
}
