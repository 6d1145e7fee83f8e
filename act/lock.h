/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_LOCK_H
#define ACT_LOCK_H

#include <stdbool.h>

/* Waits until no other job is at work in this region: a worker may outlive its
 * daemon, and the next daemon must not work against it. Without @wait,
 * -EWOULDBLOCK where there is one. Returns a descriptor that holds the lock
 * until it is closed, or a negative errno. */
int act_lock(int root_fd, const char *region, bool wait);

/* Opens RUN_DIR/NAME.lock, to be locked with flock(2); or a negative errno. */
int lock_open(int root_fd, const char *name);

/* flock(2), not to be interrupted. 0 or a negative errno. */
int lock_take(int fd, int operation);

#endif
