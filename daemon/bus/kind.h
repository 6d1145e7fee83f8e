/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_KIND_H
#define DAEMON_BUS_KIND_H

#include <systemd/sd-bus.h>

#include "broker/record-fact.h"

/*
 * A kind of objects on the bus: /org/daxbroker1/KIND/ID has the interface
 * org.daxbroker1.Kind. Its vtable is the one place that has its properties; the
 * value of one, say "AttemptedAt", is the fact "attempted_at" of the object.
 */
struct kind {
	const char *name; /* "device": of its paths */
	const char *interface;
	const sd_bus_vtable *vtable;
	/* "Name" is the fact "device". */
	const char *self_property, *self_fact;
	/* Those without a name of a process. */
	void (*facts)(const void *item, act_fact_fn fact, void *userdata);
	/* What a property of type a{sv} has; NULL: there is none. */
	void (*details)(const void *item, act_fact_fn fact, void *userdata);
};

extern const struct kind kind_manager; /* of itself: it alone has handlers */
extern const struct kind kind_device;  /* of struct record */
extern const struct kind kind_job;     /* of struct job_record */
extern const struct kind kind_lease;   /* of struct lease */
extern const struct kind kind_node;    /* of struct inventory_node */
extern const struct kind kind_pool;    /* of struct pool_item */
extern const struct kind kind_region;  /* of struct inventory_region */

#endif
