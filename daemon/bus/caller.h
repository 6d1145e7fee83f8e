/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_CALLER_H
#define DAEMON_BUS_CALLER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>

/* A systemd unit's name has fewer characters. */
#define CALLER_UNIT_MAX 256

#define CALLER_UNKNOWN ((uid_t)-1)
/* Nobody is in more groups; the others do not count. */
#define CALLER_GROUPS_MAX 1024

/* Who sent a call, as the bus has it since that connection was made. */
struct caller {
	uid_t uid;
	pid_t pid;		    /* 0: unknown */
	char unit[CALLER_UNIT_MAX]; /* of the process; "": none, or unknown */
	gid_t *groups;		    /* NULL: unknown */
	size_t n_groups;
};

void caller_clear(struct caller *caller);

/*
 * Asks the bus who sent @call: sd_bus_query_sender_creds() would wait for the
 * answer. @answered is called once, later, with what caller_read() takes,
 * unless *ret is unreferenced before. Returns 0 and *ret; or a negative errno.
 */
int caller_ask(sd_bus_message *call, sd_bus_message_handler_t answered,
	       void *userdata, sd_bus_slot **ret);

/* 0 and *ret, for caller_clear(), with @process the unit too; -ENXIO: the
 * caller has left the bus; -ETIMEDOUT: the bus takes nothing from this
 * connection, or answers nothing; or -ENOMEM. */
int caller_read(sd_bus_message *answer, bool process, struct caller *ret);

#endif
