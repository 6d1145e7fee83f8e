// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/names.h"
#include "cli/client.h"
#include "cli/verb.h"

/* The path of the job of @device that waits or runs, owned by *ret_reply. */
static enum exit_code find_job(sd_bus *bus, const char *device,
			       const char **ret, sd_bus_message **ret_reply)
{
	_cleanup_free_ char *path = client_device_path(device);
	enum exit_code status;

	if (!path)
		return EXIT_ERROR;
	status = client_get(bus, path, BUS_DEVICE_INTERFACE, "Job", "o",
			    ret_reply);
	if (status != EXIT_OK)
		return status;
	if (sd_bus_message_read(*ret_reply, "o", ret) <= 0)
		return EXIT_ERROR;
	if (strcmp(*ret, "/") != 0)
		return EXIT_OK;
	log_error("no job of %s is under way", device);
	return EXIT_NOT_FOUND;
}

enum exit_code verb_cancel(const struct arguments *arguments)
{
	const char *device = verb_device_name(arguments->words[0]);
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *property = NULL;
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	_cleanup_(sd_bus_unrefp) sd_bus *bus = NULL;
	enum exit_code status = client_open(&bus);
	const char *job;

	if (status == EXIT_OK)
		status = find_job(bus, device, &job, &property);
	if (status != EXIT_OK)
		return status;
	if (client_new_call(bus, job, BUS_JOB_INTERFACE, "Cancel", &message) <
	    0)
		return EXIT_ERROR;
	/* Of others polkit may want a password. */
	return client_send(
		bus, message, POLKIT_ACTION_CANCEL,
		geteuid() == 0 ? CLIENT_ANSWER_USEC : CLIENT_NO_LIMIT, &reply);
}
