/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that failed. The kernel's own handler for pages of this kind kills who
 * maps them; this remembers which pages it was, as long as the module is loaded.
 */
#ifndef DEVDAX_POISON_H
#define DEVDAX_POISON_H

#include <linux/atomic.h>
#include <linux/types.h>

#include "device_dax/memmap.h"

extern const struct dev_pagemap_ops devdax_poison_ops;

/* devdax_poison_count() - of pages that nobody can use yet */
void devdax_poison_count(struct devdax_memmap *memmap);
bool devdax_poison_find(unsigned long pfn);
void devdax_poison_exit(void);

/* devdax_poison_at() - memory of this very page frame has failed */
static inline bool devdax_poison_at(struct devdax_memmap *memmap,
				    unsigned long pfn)
{
	return atomic_long_read(&memmap->nr_poison) && devdax_poison_find(pfn);
}

#endif /* DEVDAX_POISON_H */
