// SPDX-License-Identifier: GPL-2.0-or-later
#include <unistd.h>

#include "basic/names.h"
#include "cli/client.h"
#include "cli/verb.h"

enum exit_code verb_cancel(const struct arguments *arguments)
{
	const char *device = verb_device_name(arguments->words[0]);
	sd_bus_message *reply = NULL;
	enum exit_code status;

	/* Of others polkit may want a password. */
	status = client_call(
		"Cancel", device, POLKIT_ACTION_CANCEL,
		geteuid() == 0 ? CLIENT_ANSWER_USEC : CLIENT_NO_LIMIT, &reply);
	sd_bus_message_unref(reply);
	return status;
}
