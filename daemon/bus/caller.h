/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_CALLER_H
#define DAEMON_BUS_CALLER_H

#include <sys/types.h>
#include <systemd/sd-bus.h>

#define CALLER_UNKNOWN ((uid_t)-1)

/*
 * Asks the bus which user sent @call: sd_bus_query_sender_creds() would wait
 * for the answer. @answered is called once, later, with what caller_read()
 * takes, unless *ret is unreferenced before. Returns 0 and *ret; or a negative
 * errno.
 */
int caller_ask(sd_bus_message *call, sd_bus_message_handler_t answered,
	       void *userdata, sd_bus_slot **ret);

/* 0 and *ret; -ENXIO: the caller has left the bus; -ETIMEDOUT: the bus takes
 * nothing from this connection, or answers nothing. */
int caller_read(sd_bus_message *answer, uid_t *ret);

#endif
