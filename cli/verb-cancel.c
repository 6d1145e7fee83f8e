// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "basic/names.h"
#include "cli/client.h"
#include "cli/verb.h"

enum exit_code verb_cancel(const struct arguments *arguments)
{
	const char *device = arguments->words[0];
	sd_bus_message *reply = NULL;
	enum exit_code status;

	if (strncmp(device, "/dev/", 5) == 0)
		device += 5;
	status = client_call("Cancel", device, POLKIT_ACTION_CANCEL, &reply);
	sd_bus_message_unref(reply);
	return status;
}
