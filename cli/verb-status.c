// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/names.h"
#include "cli/client.h"
#include "cli/reply.h"

enum exit_code verb_status(const struct arguments *arguments)
{
	sd_bus_message *reply = NULL;
	enum exit_code status;

	status = client_call("List", NULL, POLKIT_ACTION_APPLY,
			     CLIENT_ANSWER_USEC, &reply);
	if (status == EXIT_OK)
		status = reply_print(arguments, reply);
	sd_bus_message_unref(reply);
	return status;
}
