// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/names.h"
#include "cli/client.h"
#include "cli/errand.h"
#include "cli/reply.h"

static enum exit_code apply(struct errand *errand,
			    const struct arguments *arguments)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	r = client_new_call(mirror_bus(errand->mirror), BUS_PATH, BUS_INTERFACE,
			    "Apply", &message);
	if (r >= 0)
		r = sd_bus_message_open_container(message, 'a', "s");
	for (size_t i = 0; i < arguments->n_words && r >= 0; i++)
		r = sd_bus_message_append(
			message, "s", verb_device_name(arguments->words[i]));
	if (r >= 0)
		r = sd_bus_message_close_container(message);
	if (r < 0)
		return client_complain(&SD_BUS_ERROR_NULL, r, "");
	return errand_send(errand, message, POLKIT_ACTION_APPLY);
}

/* What the daemon has reported about the policy files, here too. */
static enum exit_code print_policy_errors(sd_bus *bus)
{
	sd_bus_message *reply = NULL;
	enum exit_code status;

	status = client_get(bus, BUS_PATH, BUS_INTERFACE, "PolicyErrors",
			    "a(sus)", &reply);
	if (status == EXIT_OK)
		status = reply_print_errors(reply);
	sd_bus_message_unref(reply);
	return status;
}

enum exit_code verb_apply(const struct arguments *arguments)
{
	_cleanup_errand_ struct errand errand = { NULL };
	enum exit_code status = errand_open(&errand, arguments);

	if (status == EXIT_OK)
		status = apply(&errand, arguments);
	if (status == EXIT_OK)
		status = errand_print(&errand);
	else
		return status;
	if (arguments->n_words == 0)
		status = worse(status,
			       print_policy_errors(mirror_bus(errand.mirror)));
	return status;
}
