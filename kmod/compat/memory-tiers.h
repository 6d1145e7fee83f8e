/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory types of Linux 6.7 for kernels that have not got them. There, a
 * node's abstract distance is not known, and a list of types has one type.
 */
#ifndef COMPAT_MEMORY_TIERS_H
#define COMPAT_MEMORY_TIERS_H

#include <linux/err.h>
#include <linux/list.h>
#include <linux/memory-tiers.h>
#include <linux/slab.h>

#ifndef HAVE_MT_CALC_ADISTANCE
static inline void mt_calc_adistance(int node, int *adistance)
{
}
#endif

#ifndef HAVE_PUT_MEMORY_TYPE
#define put_memory_type(mtype) destroy_memory_type(mtype)
#endif

#ifndef HAVE_MT_FIND_ALLOC_MEMORY_TYPE
/**
 * struct listed_type - a memory type in a list
 * @list: the list
 * @mtype: the type; it has no place for a list of its own in these kernels
 */
struct listed_type {
	struct list_head list;
	struct memory_dev_type *mtype;
};

static inline struct memory_dev_type *
mt_find_alloc_memory_type(int adistance, struct list_head *types)
{
	struct listed_type *listed =
		list_first_entry_or_null(types, struct listed_type, list);
	struct memory_dev_type *mtype;

	if (listed)
		return listed->mtype;
	listed = kzalloc(sizeof(*listed), GFP_KERNEL);
	if (!listed)
		return ERR_PTR(-ENOMEM);
	mtype = alloc_memory_type(adistance);
	if (IS_ERR(mtype)) {
		kfree(listed);
		return mtype;
	}
	listed->mtype = mtype;
	list_add(&listed->list, types);
	return mtype;
}

static inline void mt_put_memory_types(struct list_head *types)
{
	struct listed_type *listed, *next;

	list_for_each_entry_safe(listed, next, types, list) {
		put_memory_type(listed->mtype);
		kfree(listed);
	}
	INIT_LIST_HEAD(types);
}
#endif

#endif /* COMPAT_MEMORY_TIERS_H */
