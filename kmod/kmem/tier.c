// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory type of the nodes that devices' memory lies in: by it the kernel
 * puts a node into a memory tier. Must be set before the first block is online.
 */
#include <linux/err.h>
#include <linux/list.h>
#include <linux/memory-tiers.h>
#include <linux/mutex.h>

#include "kmem.h"

/* Slower than DRAM, unless the platform knows better: as in-tree. */
#define DEFAULT_ADISTANCE (MEMTIER_ADISTANCE_DRAM * 5)

#ifdef HAVE_MT_FIND_ALLOC_MEMORY_TYPE

static DEFINE_MUTEX(types_lock);
static LIST_HEAD(types);

int kmem_tier_init(void)
{
	return 0;
}

void kmem_tier_exit(void)
{
	mutex_lock(&types_lock);
	mt_put_memory_types(&types);
	mutex_unlock(&types_lock);
}

static struct memory_dev_type *find_type(int node)
{
	struct memory_dev_type *mtype;
	int adistance = DEFAULT_ADISTANCE;

#ifdef HAVE_MT_CALC_ADISTANCE
	mt_calc_adistance(node, &adistance);
#endif
	mutex_lock(&types_lock);
	mtype = mt_find_alloc_memory_type(adistance, &types);
	mutex_unlock(&types_lock);
	return mtype;
}

#else /* one type for all */

static struct memory_dev_type *slow_type;

int kmem_tier_init(void)
{
	slow_type = alloc_memory_type(DEFAULT_ADISTANCE);
	return PTR_ERR_OR_ZERO(slow_type);
}

void kmem_tier_exit(void)
{
#ifdef HAVE_PUT_MEMORY_TYPE
	put_memory_type(slow_type);
#else
	destroy_memory_type(slow_type);
#endif
}

static struct memory_dev_type *find_type(int node)
{
	return slow_type;
}

#endif

/**
 * kmem_tier_join() - one more device has memory in a node
 * @node: the node
 *
 * Return: its memory type, for kmem_tier_leave(), or an ERR_PTR.
 */
struct memory_dev_type *kmem_tier_join(int node)
{
	struct memory_dev_type *mtype = find_type(node);

	if (!IS_ERR(mtype))
		init_node_memory_type(node, mtype);
	return mtype;
}

void kmem_tier_leave(int node, struct memory_dev_type *mtype)
{
	clear_node_memory_type(node, mtype);
}
