// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <unistd.h>

#include "basic/log.h"
#include "basic/names.h"
#include "cli/client.h"
#include "cli/lease-find.h"
#include "cli/verb.h"
#include "policy/use.h"

#define DEFAULT_MSEC UINT64_C(30000)

/* Of --in, in us. */
static enum exit_code read_time(const struct arguments *arguments,
				uint64_t *ret)
{
	uint64_t ms = DEFAULT_MSEC;

	if (arguments->in &&
	    (policy_use_parse_time(arguments->in, &ms) < 0 ||
	     ms == POLICY_FOREVER || ms > UINT64_MAX / 4 / 1000)) {
		log_error("--in=%s is no time such as 30s or 5min",
			  arguments->in);
		return EXIT_USAGE;
	}
	*ret = ms * 1000;
	return EXIT_OK;
}

static enum exit_code reclaim(const struct mirror *mirror, const char *path,
			      uint64_t usec)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;

	if (client_new_call(mirror_bus(mirror), path, BUS_LEASE_INTERFACE,
			    "Reclaim", &message) < 0 ||
	    sd_bus_message_append(message, "t", usec) < 0)
		return EXIT_ERROR;
	/* polkit may want a password. */
	return client_send(
		mirror_bus(mirror), message, POLKIT_ACTION_RECLAIM,
		geteuid() == 0 ? CLIENT_ANSWER_USEC : CLIENT_NO_LIMIT, &reply);
}

enum exit_code verb_lease_reclaim(const struct arguments *arguments)
{
	_cleanup_mirror_ struct mirror *mirror = NULL;
	enum exit_code status;
	const char *path;
	uint64_t usec;

	status = read_time(arguments, &usec);
	if (status == EXIT_OK)
		status = mirror_open(NULL, NULL, &mirror);
	if (status == EXIT_OK)
		status = lease_find(mirror, arguments->words[0], &path);
	return status == EXIT_OK ? reclaim(mirror, path, usec) : status;
}
