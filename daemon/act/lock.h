/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_LOCK_H
#define ACT_LOCK_H

#include <stdbool.h>

/*
 * Waits until nobody else carries out a plan on this machine: a worker may have
 * outlived the daemon that was killed, and the next daemon must not work
 * against it. Without @wait, -EWOULDBLOCK when there is somebody. Returns a
 * descriptor that holds the lock until it is closed, or a negative errno.
 */
int act_lock(int root_fd, bool wait);

#endif
