// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/log.h"
#include "basic/names.h"
#include "cli/client.h"
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

enum exit_code verb_status(const struct arguments *arguments)
{
	sd_bus_message *reply = NULL;
	enum exit_code status;

	status = client_call("ListDevices", CLIENT_ANSWER_USEC, &reply);
	if (status == EXIT_OK) {
		status = reply_print(arguments, reply);
		remark_drivers(arguments);
	}
	sd_bus_message_unref(reply);
	return status;
}
