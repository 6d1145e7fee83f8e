// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/names.h"
#include "cli/client.h"
#include "cli/errand.h"

static enum exit_code release(struct errand *errand, const char *name)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	r = client_new_call(mirror_bus(errand->mirror), BUS_PATH, BUS_INTERFACE,
			    "ReleaseOverride", &message);
	if (r >= 0)
		r = sd_bus_message_append(message, "s", name);
	if (r < 0)
		return client_complain(&SD_BUS_ERROR_NULL, r, "");
	return errand_send(errand, message, POLKIT_ACTION_OVERRIDE);
}

enum exit_code verb_release(const struct arguments *arguments)
{
	_cleanup_errand_ struct errand errand = { NULL };
	struct arguments device = *arguments;
	const char *name = verb_device_name(arguments->words[0]);
	enum exit_code status;

	/* What is named by its identity may not be there. */
	if (strchr(name, ':'))
		device.n_words = 0;
	status = errand_open(&errand, &device);
	if (status == EXIT_OK)
		status = release(&errand, name);
	return status == EXIT_OK ? errand_print(&errand) : status;
}
