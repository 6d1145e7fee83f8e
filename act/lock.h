/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_LOCK_H
#define ACT_LOCK_H

#include <stdbool.h>

/*
 * Waits until nobody else carries out a plan in this region: a worker may have
 * outlived the daemon that was killed, and the next daemon must not work
 * against it. Without @wait, -EWOULDBLOCK when there is somebody. Returns a
 * descriptor that holds the lock until it is closed, or a negative errno.
 */
int act_lock(int root_fd, const char *region, bool wait);

/* Opens RUN_DIR/NAME.lock, to be locked with flock(2); or a negative errno. */
int lock_open(int root_fd, const char *name);

/* flock(2), not to be interrupted. 0 or a negative errno. */
int lock_take(int fd, int operation);

#endif
