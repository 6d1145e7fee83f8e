/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_POLKIT_H
#define DAEMON_BUS_POLKIT_H

#include <systemd/sd-bus.h>

#include "basic/cleanup.h"

/*
 * Whether the sender of a method call may do what it asks for. The only file
 * that knows polkit. All are denied unless polkit says yes: an error, a
 * time-out or a missing polkit is a no. Nothing blocks.
 */
enum polkit_answer {
	POLKIT_ALLOWED,
	POLKIT_DENIED,
	POLKIT_CHALLENGE, /* it would take interactive authorization, which
			   * the call did not allow */
	POLKIT_SILENT,	  /* it gave no answer */
};

/* @why, of POLKIT_SILENT: a sentence without its full stop. */
typedef void (*polkit_answer_fn)(enum polkit_answer answer, const char *why,
				 void *userdata);

struct polkit_query;

/* Calls @answer once, later, unless the query is freed before. Returns 0 and
 * *ret, to be freed with polkit_query_free(), in @answer too; or a negative
 * errno, which is a no. */
int polkit_ask(sd_bus_message *call, const char *action,
	       polkit_answer_fn answer, void *userdata,
	       struct polkit_query **ret);

/* What polkit has not answered yet is called off. */
void polkit_query_free(struct polkit_query *query);
DEFINE_CLEANUP(struct polkit_query *, polkit_query_free)
#define _cleanup_polkit_query_ _cleanup_(cleanup_polkit_query_free)

#endif
