// SPDX-License-Identifier: GPL-2.0-only
#include "kmem/tier.h"

#include <linux/err.h>
#include <linux/list.h>
#include <linux/mutex.h>

#include "compat/memory-tiers.h"

/* Slower than DRAM, unless the platform knows better: as in-tree. */
#define DEFAULT_ADISTANCE (MEMTIER_ADISTANCE_DRAM * 5)

static DEFINE_MUTEX(types_lock);
static LIST_HEAD(types);

void kmem_tier_exit(void)
{
	mutex_lock(&types_lock);
	mt_put_memory_types(&types);
	mutex_unlock(&types_lock);
}

struct memory_dev_type *kmem_tier_join(int node)
{
	int adistance = DEFAULT_ADISTANCE;
	struct memory_dev_type *mtype;

	mt_calc_adistance(node, &adistance);
	mutex_lock(&types_lock);
	mtype = mt_find_alloc_memory_type(adistance, &types);
	mutex_unlock(&types_lock);
	if (!IS_ERR(mtype))
		init_node_memory_type(node, mtype);
	return mtype;
}

void kmem_tier_leave(int node, struct memory_dev_type *mtype)
{
	clear_node_memory_type(node, mtype);
}
