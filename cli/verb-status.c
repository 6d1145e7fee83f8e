// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/log.h"
#include "basic/names.h"
#include "cli/client.h"
#include "cli/overview.h"
#include "cli/reply.h"
#include "cli/view.h"
#include "facts/snapshot-read.h"
#include "survey/passed-over.h"

static void remark_drivers(const struct arguments *arguments)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	_cleanup_close_ int root_fd = view_open_root(arguments);
	_cleanup_free_ char *text = NULL;

	if (root_fd >= 0 && facts_snapshot_read(root_fd, &snapshot) == 0)
		text = passed_over_describe(&snapshot->kernel);
	if (text)
		log_warning("%s", text);
}

static enum exit_code ask(sd_bus *bus, json_object **ret_overview,
			  sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	enum exit_code status;

	if (client_new_call(bus, BUS_PATH, BUS_INTERFACE, "ListDevices",
			    &message) < 0)
		return EXIT_ERROR;
	status = client_send(bus, message, "", CLIENT_ANSWER_USEC, ret);
	return status == EXIT_OK ? overview_read(bus, ret_overview) : status;
}

enum exit_code verb_status(const struct arguments *arguments)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	_cleanup_(sd_bus_unrefp) sd_bus *bus = NULL;
	json_object *overview = NULL;
	enum exit_code status = client_open(&bus);

	if (status == EXIT_OK)
		status = ask(bus, &overview, &reply);
	if (status != EXIT_OK)
		return status;
	status = reply_print(arguments, reply, overview);
	remark_drivers(arguments);
	return status;
}
