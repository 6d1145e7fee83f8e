/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_DAEMON_FAKE_BUS_H
#define TESTS_DAEMON_FAKE_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>

#define FAKE_BUS_MAX 1024

/* What a caller got. */
struct fake_reply {
	uint64_t cookie; /* of its call */
	char error[64];	 /* "": none */
	char text[256];	 /* of the error */
	sd_bus_message *message;
};

/*
 * A system bus of one process: the daemon is on it, the bus's driver and polkit
 * are what the test says, and so is who calls. The user of ":7.N" is number 7.
 */
struct fake_bus {
	sd_event *event;
	char folder[32], path[64];
	int listener;
	sd_event_source *accept;
	sd_bus *daemon; /* the connection to it, NULL: none yet */
	unsigned int connections;
	pid_t pid;	       /* of all who call */
	bool mute;	       /* the driver says nothing of users */
	bool interactive;      /* who calls can be asked for a password */
	sd_bus_message *whose; /* the last question that it left open */
	struct fake_reply replies[FAKE_BUS_MAX];
	size_t n_replies;
	sd_bus_message *asked[FAKE_BUS_MAX]; /* polkit, without an answer yet */
	size_t n_asked;
	unsigned int called_off; /* so many questions to polkit */
	unsigned int watches;	 /* matches of NameOwnerChanged */
	unsigned int changes;	 /* signals that a property has changed */
	char signals[4096];	 /* "MEMBER PATH," of each */
};

/* Sets $DBUS_SYSTEM_BUS_ADDRESS. */
void fake_bus_make(struct fake_bus *bus, sd_event *event);
void fake_bus_remove(struct fake_bus *bus);

/* Until nothing more happens. */
void fake_bus_run(struct fake_bus *bus);

/* Calls the daemon's @method; @argument: of Apply() a device, or NULL, of
 * Cancel() the path of the job. Returns the call's cookie. */
uint64_t fake_bus_call(struct fake_bus *bus, const char *sender,
		       const char *method, const char *argument);

/* Any other call without arguments. */
uint64_t fake_bus_ask(struct fake_bus *bus, const char *path,
		      const char *interface, const char *method);

/* Calls Apply() with a descriptor that is no argument, which sd-bus would not
 * send; the number of the call is 1000. */
void fake_bus_call_with_fd(struct fake_bus *bus, const char *sender, int fd);

/* The last question about a user is answered as by sd-bus when its time is
 * over. */
void fake_bus_time_out(struct fake_bus *bus);

/* NULL: it has none yet. */
const struct fake_reply *fake_bus_reply(const struct fake_bus *bus,
					uint64_t cookie);

/* @sender leaves the bus. */
void fake_bus_leave(struct fake_bus *bus, const char *sender);

/* polkit answers all that it was asked. */
void fake_bus_decide(struct fake_bus *bus, bool allowed, bool challenge);
/* With an error. */
void fake_bus_fail(struct fake_bus *bus, const char *error, const char *text);

#endif
