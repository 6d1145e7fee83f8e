// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/log.h"
#include "basic/names.h"
#include "cli/client.h"
#include "cli/errand.h"
#include "policy/use.h"

/* Of --for, in us; 0: there is none. */
static enum exit_code read_time(const struct arguments *arguments,
				uint64_t *ret)
{
	uint64_t ms = 0;

	if (arguments->duration &&
	    (policy_use_parse_time(arguments->duration, &ms) < 0 ||
	     ms == POLICY_FOREVER || ms > UINT64_MAX / 4 / 1000)) {
		log_error("\"%s\" is not a time such as 90s, 30min or \"1h "
			  "30min\"",
			  arguments->duration);
		return EXIT_USAGE;
	}
	*ret = ms * 1000;
	return EXIT_OK;
}

static bool is_mode(const char *word)
{
	for (size_t i = 0; policy_device_mode_words[i]; i++)
		if (strcmp(policy_device_mode_words[i], word) == 0)
			return true;
	return false;
}

static enum exit_code set(struct errand *errand, const struct arguments *device,
			  const char *mode, uint64_t usec)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	r = client_new_call(mirror_bus(errand->mirror), BUS_PATH, BUS_INTERFACE,
			    "SetOverride", &message);
	if (r >= 0)
		r = sd_bus_message_append(
			message, "ssbt", verb_device_name(device->words[0]),
			mode, (int)(device->until_reboot || usec), usec);
	if (r < 0)
		return client_complain(&SD_BUS_ERROR_NULL, r, "");
	return errand_send(errand, message, POLKIT_ACTION_OVERRIDE);
}

enum exit_code verb_set(const struct arguments *arguments)
{
	_cleanup_errand_ struct errand errand = { NULL };
	struct arguments device = *arguments;
	const char *mode = arguments->words[1];
	uint64_t usec;
	enum exit_code status = read_time(arguments, &usec);

	if (status == EXIT_OK && !is_mode(mode)) {
		log_error("\"%s\" is no mode; they are keep, devdax and "
			  "system-ram",
			  mode);
		status = EXIT_USAGE;
	}
	device.n_words = 1;
	if (status == EXIT_OK)
		status = errand_open(&errand, &device);
	if (status == EXIT_OK)
		status = set(&errand, &device, mode, usec);
	return status == EXIT_OK ? errand_print(&errand) : status;
}
