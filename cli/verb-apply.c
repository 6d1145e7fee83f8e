// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/names.h"
#include "cli/client.h"
#include "cli/reply.h"

/* What the daemon has reported about the policy files, here too. */
static enum exit_code print_policy_errors(void)
{
	sd_bus_message *reply = NULL;
	enum exit_code status;

	status = client_get("PolicyErrors", "a(sus)", &reply);
	if (status == EXIT_OK)
		status = reply_print_errors(reply);
	sd_bus_message_unref(reply);
	return status;
}

enum exit_code verb_apply(const struct arguments *arguments)
{
	sd_bus_message *reply = NULL;
	enum exit_code status;

	status = client_call("Apply", NULL, POLKIT_ACTION_APPLY,
			     CLIENT_NO_LIMIT, &reply);
	if (status == EXIT_OK)
		status = worse(reply_print(arguments, reply),
			       print_policy_errors());
	sd_bus_message_unref(reply);
	return status;
}
