/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_MACHINE_H
#define BROKER_MACHINE_H

#include <systemd/sd-event.h>

#include "broker/interface.h"

/* The real machine below a root descriptor, with timers of an event loop and
 * processes as workers. */
struct machine {
	sd_event *event; /* borrowed */
	int root_fd;	 /* borrowed */
};

/* @machine must live as long as what uses the interface. */
struct broker_interface machine_interface(struct machine *machine);

#endif
