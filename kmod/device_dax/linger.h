/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory maps that outlive their device's binding. memunmap_pages() does not
 * wait for those who hold references on pages of this kind: it would take the
 * struct pages away under a transfer into them. Waiting in remove could take
 * for ever. So the struct pages and the reservation stay until the last
 * reference is gone; until then no other driver gets the range. The same
 * device, bound again, takes them over.
 */
#ifndef DEVDAX_LINGER_H
#define DEVDAX_LINGER_H

struct device_driver;
struct devdax;
struct devdax_memmap;

int devdax_linger_init(void);
void devdax_linger_exit(void);

/**
 * devdax_linger_watch() - have the removal of devices wait where it must
 * @drv: the driver, registered
 *
 * Return: 0 or a negative errno.
 */
int devdax_linger_watch(struct device_driver *drv);
void devdax_linger_unwatch(struct device_driver *drv);

/**
 * devdax_linger_adopt() - find what an earlier binding left
 * @devdax: the device that is to be bound
 *
 * Return: the memory map to use, NULL if there is none, or ERR_PTR(-EBUSY) if
 * one of other ranges or another alignment is in the way.
 */
struct devdax_memmap *devdax_linger_adopt(struct devdax *devdax);

/**
 * devdax_linger_release() - free a memory map, now or when it is unused
 * @memmap: of a device that is unbound; nothing maps its pages, and nothing can
 */
void devdax_linger_release(struct devdax_memmap *memmap);

#endif /* DEVDAX_LINGER_H */
