/* SPDX-License-Identifier: GPL-2.0-only */
/* A mapping of the device, from mmap() on. */
#ifndef DEVDAX_VMA_H
#define DEVDAX_VMA_H

#include <linux/types.h>

struct vm_area_struct;

/**
 * devdax_vma_setup() - make a mapping one of the device
 * @vma: the mapping, of a file of the device, as the rules want it
 * @dontfork: it is not inherited
 */
void devdax_vma_setup(struct vm_area_struct *vma, bool dontfork);

#endif /* DEVDAX_VMA_H */
