/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_UDEV_QUEUE_H
#define BASIC_UDEV_QUEUE_H

#include <systemd/sd-event.h>

/*
 * Waits until udev has worked off its events once: /run/udev/queue is there as
 * long as it has some.
 */
typedef void (*udev_queue_fn)(void *userdata);

/*
 * Calls @empty once from the event loop when the queue is empty. Returns 1 and
 * *ret (to be unreferenced after that, or to give up waiting); 0 when it is
 * empty now, or there is no udev: @empty is not called then; or a negative
 * errno.
 */
int udev_queue_wait(sd_event *event, udev_queue_fn empty, void *userdata,
		    sd_event_source **ret);

#endif
