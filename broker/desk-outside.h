/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_DESK_OUTSIDE_H
#define BROKER_DESK_OUTSIDE_H

#include "broker/interface.h"
#include "broker/watcher.h"

/* What the desk where leases are asked for has of the broker. */
struct desk_outside {
	const struct broker_interface *interface;
	int root_fd;
	const struct watchers *watchers;
	/* What is granted in this region (or, with NULL, in one that is
	 * unknown) is another than before: it is decided anew. */
	void (*changed)(const char *region, void *userdata);
	/* The device's job that was refused may be tried again. */
	void (*again)(const char *device, void *userdata);
	void *userdata;
};

#endif
