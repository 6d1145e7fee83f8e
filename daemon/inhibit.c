// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/inhibit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/log.h"

struct inhibit {
	sd_bus_slot *call; /* until it is answered */
	bool refused;	   /* until it is released */
	int fd;		   /* the lock: it holds as long as this is open */
};

struct inhibit *inhibit_new(void)
{
	struct inhibit *inhibit = calloc(1, sizeof(*inhibit));

	if (inhibit)
		inhibit->fd = -1;
	return inhibit;
}

void inhibit_free(struct inhibit *inhibit)
{
	inhibit_release(inhibit);
	free(inhibit);
}

void inhibit_release(struct inhibit *inhibit)
{
	inhibit->call = sd_bus_slot_unref(inhibit->call);
	inhibit->refused = false;
	if (inhibit->fd >= 0)
		close(inhibit->fd);
	inhibit->fd = -1;
}

static int on_answer(sd_bus_message *answer, void *userdata,
		     sd_bus_error *error _unused_)
{
	struct inhibit *inhibit = userdata;
	int fd, r;

	inhibit->call = sd_bus_slot_unref(inhibit->call);
	if (sd_bus_message_is_method_error(answer, NULL)) {
		log_debug("logind grants no delay: %s",
			  sd_bus_message_get_error(answer)->message);
		inhibit->refused = true;
		return 0;
	}
	r = sd_bus_message_read(answer, "h", &fd);
	if (r < 0)
		return r;
	/* The message's own goes with it. */
	inhibit->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (inhibit->fd >= 0)
		log_debug("logind delays a suspend or shutdown");
	return 0;
}

static int ask(struct inhibit *inhibit, sd_bus *bus)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	r = sd_bus_message_new_method_call(
		bus, &message, "org.freedesktop.login1",
		"/org/freedesktop/login1", "org.freedesktop.login1.Manager",
		"Inhibit");
	/* One that does not run is not started for it. */
	if (r >= 0)
		r = sd_bus_message_set_auto_start(message, 0);
	if (r >= 0)
		r = sd_bus_message_append(message, "ssss", "sleep:shutdown",
					  "daxbrokerd",
					  "Memory is being switched", "delay");
	if (r >= 0)
		r = sd_bus_call_async(bus, &inhibit->call, message, on_answer,
				      inhibit, 0);
	return r;
}

void inhibit_take(struct inhibit *inhibit, sd_bus *bus)
{
	int r;

	if (inhibit->fd >= 0 || inhibit->refused || !bus)
		return;
	if (inhibit->call && sd_bus_slot_get_bus(inhibit->call) == bus)
		return;
	inhibit->call = sd_bus_slot_unref(inhibit->call);
	r = ask(inhibit, bus);
	if (r < 0)
		log_debug("logind cannot be asked for a delay: %s",
			  strerror(-r));
}
