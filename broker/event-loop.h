/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_EVENT_LOOP_H
#define BROKER_EVENT_LOOP_H

#include <systemd/sd-event.h>

#include "broker/interface.h"

/* The real machine below a root descriptor, with timers of an event loop and
 * processes as workers. */
struct event_loop {
	sd_event *event; /* borrowed */
	int root_fd;	 /* borrowed */
};

/* @loop must live as long as what uses the interface. */
struct broker_interface event_loop_interface(struct event_loop *loop);

#endif
