/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_DRAIN_H
#define ACT_DRAIN_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

/* Waits until a device has no users, and keeps new ones out, by the attribute
 * `drain` of daxbroker's device_dax
 * (kmod/Documentation/ABI/testing/sysfs-bus-dax-device-dax). Meanwhile a note
 * stands in RUN_DIR, a link to the region: the next job after a crash lets
 * users in again. The caller holds the region's lock (act/lock.h). */

/*
 * No new users of @device from now on. Returns 0: it has none; -EUSERS: it has
 * some still; -ENOENT: its driver cannot drain; another negative errno.
 * With any of them but -ENOENT, drain_end() or drain_forget() is to follow.
 */
int drain_begin(int root_fd, const char *region, const char *device);

/* After drain_begin(), waits up to @timeout ms (UINT64_MAX: for ever) until the
 * users that it has are gone. As drain_begin(); -ECANCELED: ACT_PREEMPT_SIGNAL.
 */
int drain_wait(int root_fd, const char *device, uint64_t timeout);

/*
 * poll(2) for @time ms, a little less where that is too long for it, with
 * ACT_PREEMPT_SIGNAL let in. 0 or more as poll(2); -ECANCELED: that signal
 * came, now or before; another negative errno.
 */
int drain_poll(struct pollfd *fds, size_t n, uint64_t time);

/* Lets users in again. 0 too when the device has lost its driver. */
int drain_end(int root_fd, const char *device);

/* The device has no driver any more, and so no drain. */
void drain_forget(int root_fd, const char *device);

/*
 * Ends the drains of jobs that were killed: in @region, whose lock the
 * caller holds, or with NULL in all regions whose lock nobody holds. 0: nothing
 * was to be done, 1: it was done; negative errno.
 */
int drain_recover(int root_fd, const char *region);

#endif
