// SPDX-License-Identifier: GPL-2.0-only
/* Memory types are shared by abstract distance (since 6.7). */
#include <linux/memory-tiers.h>

/* exported: mt_find_alloc_memory_type */
/* exported: mt_put_memory_types */
struct memory_dev_type *probe(struct list_head *types)
{
	struct memory_dev_type *type = mt_find_alloc_memory_type(1, types);

	mt_put_memory_types(types);
	return type;
}
