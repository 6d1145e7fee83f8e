// SPDX-License-Identifier: GPL-2.0-or-later
#include <unistd.h>

#include "basic/names.h"
#include "cli/client.h"
#include "cli/lease-find.h"
#include "cli/verb.h"

enum exit_code verb_lease_release(const struct arguments *arguments)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	_cleanup_mirror_ struct mirror *mirror = NULL;
	enum exit_code status = mirror_open(NULL, NULL, &mirror);
	const char *path;

	if (status == EXIT_OK)
		status = lease_find(mirror, arguments->words[0], &path);
	if (status != EXIT_OK)
		return status;
	if (client_new_call(mirror_bus(mirror), path, BUS_LEASE_INTERFACE,
			    "Release", &message) < 0)
		return EXIT_ERROR;
	/* Of others polkit may want a password. */
	return client_send(
		mirror_bus(mirror), message, POLKIT_ACTION_RECLAIM,
		geteuid() == 0 ? CLIENT_ANSWER_USEC : CLIENT_NO_LIMIT, &reply);
}
