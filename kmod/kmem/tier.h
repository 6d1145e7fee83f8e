/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory type of the nodes that devices' memory lies in: by it the kernel
 * puts a node into a memory tier. Must be set before the first block is online.
 */
#ifndef KMEM_TIER_H
#define KMEM_TIER_H

struct memory_dev_type;

void kmem_tier_exit(void);

/**
 * kmem_tier_join() - one more device has memory in a node
 * @node: the node
 *
 * Return: its memory type, for kmem_tier_leave(), or an ERR_PTR.
 */
struct memory_dev_type *kmem_tier_join(int node);
void kmem_tier_leave(int node, struct memory_dev_type *mtype);

#endif /* KMEM_TIER_H */
