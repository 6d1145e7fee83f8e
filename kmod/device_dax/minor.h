/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which binding a minor number means. A device node that was opened before
 * keeps leading to the cdev of that time for as long as a file of that time is
 * open, so the binding is found by the number.
 */
#ifndef DEVDAX_MINOR_H
#define DEVDAX_MINOR_H

struct devdax;

/* devdax_minor_bind() - 0 or a negative errno; -EBUSY: the number is in use */
int devdax_minor_bind(struct devdax *devdax);
void devdax_minor_unbind(struct devdax *devdax);

/* devdax_minor_get() - the binding, with a reference, or NULL */
struct devdax *devdax_minor_get(unsigned int minor);

/*
 * devdax_minor_find() - the binding, without a reference, or NULL. The caller's
 * section of dax_read_lock() keeps the device from being unbound.
 */
struct devdax *devdax_minor_find(unsigned int minor);

#endif /* DEVDAX_MINOR_H */
