// SPDX-License-Identifier: GPL-2.0-only
/* A memory type is let go with put_memory_type() (since 6.5); before that it
 * was destroy_memory_type().
 */
#include <linux/memory-tiers.h>

/* exported: put_memory_type */
void probe(struct memory_dev_type *type)
{
	put_memory_type(type);
}
