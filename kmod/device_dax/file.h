/* SPDX-License-Identifier: GPL-2.0-only */
/* The character device. */
#ifndef DEVDAX_FILE_H
#define DEVDAX_FILE_H

struct devdax;

/**
 * devdax_file_add() - make a device that is alive one that can be opened
 * @devdax: the device
 *
 * Return: 0 or a negative errno.
 */
int devdax_file_add(struct devdax *devdax);

/* devdax_file_del() - from now on nobody can open the device */
void devdax_file_del(struct devdax *devdax);

#endif /* DEVDAX_FILE_H */
