/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_UDEV_QUEUE_H
#define BASIC_UDEV_QUEUE_H

#include <systemd/sd-event.h>

/* Udev's queue of events: the file /run/udev/queue is there as long as it has
 * some. */

/*
 * Waits until udev, if it runs below @root_fd, has handled its events, but no
 * longer than 2 s: rules that put memory online act some time after what they
 * react to.
 */
void udev_queue_wait(int root_fd);

typedef void (*udev_queue_fn)(void *userdata);

/*
 * Calls @empty once from the event loop when the queue is empty. Returns 1 and
 * *ret (to be unreferenced after that, or to give up waiting); 0 when it is
 * empty now, or there is no udev: @empty is not called then; or a negative
 * errno.
 */
int udev_queue_watch(sd_event *event, udev_queue_fn empty, void *userdata,
		     sd_event_source **ret);

#endif
