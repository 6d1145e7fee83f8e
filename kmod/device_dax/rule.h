/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a mapping must be like: shared, and made of whole pages of the device's
 * alignment, at addresses and offsets of that alignment. The reason of a
 * refusal is in the log.
 */
#ifndef DEVDAX_RULE_H
#define DEVDAX_RULE_H

struct devdax;
struct vm_area_struct;

/* In vm_private_data of a mapping that is not to be inherited, or was anyway. */
#define DEVDAX_RULE_DONTFORK ((void *)1)
#define DEVDAX_RULE_INHERITED ((void *)2)

/**
 * devdax_rule_check_area() - may a mapping have this address and length?
 * @devdax: the device
 * @start: its first address
 * @length: bytes
 *
 * Return: 0, or -EINVAL, with the reason in the log.
 */
int devdax_rule_check_area(struct devdax *devdax, unsigned long start,
			   unsigned long length);

/**
 * devdax_rule_check_vma() - may there be such a mapping?
 * @devdax: the device
 * @vma: the mapping
 *
 * In a section of dax_read_lock().
 *
 * Return: 0, -ENXIO if the device is dead, or -EINVAL.
 */
int devdax_rule_check_vma(struct devdax *devdax, struct vm_area_struct *vma);

/* The operation may_split of a mapping. */
int devdax_rule_may_split(struct vm_area_struct *vma, unsigned long address);

#endif /* DEVDAX_RULE_H */
