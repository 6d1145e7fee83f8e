// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/errand.h"

#include "basic/log.h"
#include "cli/client.h"
#include "cli/reply.h"

/* What waits for the answer of the call. */
struct application {
	const char *action;
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
			client_complain(e, 0, application->action);
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

static enum exit_code wait_for(struct errand *errand,
			       const struct application *application)
{
	struct mirror *mirror = errand->mirror;

	while (!application->answered || !is_over(mirror, errand->devices)) {
		if (application->status != EXIT_OK)
			return application->status;
		if (mirror_run(mirror, UINT64_MAX) < 0 ||
		    !mirror_is_there(mirror)) {
			log_error("the daemon has left the bus; \"systemctl "
				  "status daxbrokerd\" says why");
			return EXIT_UNREACHABLE;
		}
		job_lines_check_interrupt(&errand->lines);
	}
	return application->status;
}

enum exit_code errand_open(struct errand *errand,
			   const struct arguments *devices)
{
	enum exit_code status;

	*errand = (struct errand){ .devices = devices };
	status =
		mirror_open(job_lines_changed, &errand->lines, &errand->mirror);
	if (status == EXIT_OK)
		job_lines_open(&errand->lines, errand->mirror, devices);
	return status;
}

void errand_close(struct errand *errand)
{
	if (errand->mirror)
		mirror_free(errand->mirror);
}

enum exit_code errand_send(struct errand *errand, sd_bus_message *message,
			   const char *action)
{
	struct application application = {
		.action = action,
		.status = EXIT_OK,
	};
	enum exit_code status;
	int r;

	r = sd_bus_call_async(mirror_bus(errand->mirror), NULL, message,
			      on_answer, &application, UINT64_MAX);
	if (r < 0)
		status = client_complain(&SD_BUS_ERROR_NULL, r, "");
	else
		status = wait_for(errand, &application);
	job_lines_close(&errand->lines);
	return status;
}

enum exit_code errand_print(const struct errand *errand)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	enum exit_code status =
		client_call(mirror_bus(errand->mirror), "ListDevices",
			    CLIENT_ANSWER_USEC, &reply);

	return status == EXIT_OK ? reply_print(errand->devices, reply, NULL)
				 : status;
}
