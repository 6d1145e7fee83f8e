/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_UDEV_H
#define ACT_UDEV_H

/*
 * Waits until udev, if it runs, has worked off its queue, but not long: rules
 * that put memory online react to what we did some time ago.
 */
void udev_wait(int root_fd);

#endif
