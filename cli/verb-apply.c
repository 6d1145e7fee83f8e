// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>

#include "basic/log.h"
#include "basic/names.h"
#include "cli/client.h"
#include "cli/job-lines.h"
#include "cli/mirror.h"
#include "cli/reply.h"

/* What waits for the answer of the call. */
struct application {
	bool answered;
	enum exit_code status;
};

static int on_answer(sd_bus_message *reply, void *userdata,
		     sd_bus_error *error _unused_)
{
	struct application *application = userdata;
	const sd_bus_error *e = sd_bus_message_get_error(reply);

	application->answered = true;
	if (e)
		application->status =
			client_complain(e, 0, POLKIT_ACTION_APPLY);
	return 0;
}

/* Nothing of @arguments, or nothing at all, is to be done any more. */
static bool is_over(const struct mirror *mirror,
		    const struct arguments *arguments)
{
	if (arguments->n_words == 0 || mirror_is_settled(mirror))
		return mirror_is_settled(mirror);
	for (size_t i = 0; i < arguments->n_words; i++) {
		json_object *device = mirror_find_device(
			mirror, verb_device_name(arguments->words[i]));

		if (strcmp(mirror_text(device, "Outcome"), "pending") == 0)
			return false;
	}
	return true;
}

static enum exit_code wait_for(struct mirror *mirror, struct job_lines *lines,
			       const struct arguments *arguments,
			       const struct application *application)
{
	while (!application->answered || !is_over(mirror, arguments)) {
		if (application->status != EXIT_OK)
			return application->status;
		if (mirror_run(mirror, UINT64_MAX) < 0 ||
		    !mirror_is_there(mirror)) {
			log_error("the daemon has left the bus; \"systemctl "
				  "status daxbrokerd\" says why");
			return EXIT_UNREACHABLE;
		}
		job_lines_check_interrupt(lines);
	}
	return application->status;
}

static enum exit_code apply(struct mirror *mirror, struct job_lines *lines,
			    const struct arguments *arguments)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	struct application application = { .status = EXIT_OK };
	int r;

	r = client_new_call(mirror_bus(mirror), BUS_PATH, BUS_INTERFACE,
			    "Apply", &message);
	if (r >= 0)
		r = sd_bus_message_open_container(message, 'a', "s");
	for (size_t i = 0; i < arguments->n_words && r >= 0; i++)
		r = sd_bus_message_append(
			message, "s", verb_device_name(arguments->words[i]));
	if (r >= 0)
		r = sd_bus_message_close_container(message);
	if (r >= 0)
		r = sd_bus_call_async(mirror_bus(mirror), NULL, message,
				      on_answer, &application, UINT64_MAX);
	if (r < 0)
		return client_complain(&SD_BUS_ERROR_NULL, r, "");
	return wait_for(mirror, lines, arguments, &application);
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
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	_cleanup_mirror_ struct mirror *mirror = NULL;
	struct job_lines lines = { 0 };
	enum exit_code status = mirror_open(job_lines_changed, &lines, &mirror);

	if (status != EXIT_OK)
		return status;
	job_lines_open(&lines, mirror, arguments);
	status = apply(mirror, &lines, arguments);
	job_lines_close(&lines);
	if (status == EXIT_OK)
		status = client_call("ListDevices", CLIENT_ANSWER_USEC, &reply);
	if (status != EXIT_OK)
		return status;
	status = reply_print(arguments, reply, NULL);
	if (arguments->n_words == 0)
		status = worse(status, print_policy_errors(mirror_bus(mirror)));
	return status;
}
