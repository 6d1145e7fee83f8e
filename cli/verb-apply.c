// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/names.h"
#include "cli/client.h"
#include "cli/reply.h"
#include "policy/set-load.h"
#include "policy/set.h"

/* What the daemon has told the journal about the policy files, here too. */
static enum exit_code print_policy_errors(void)
{
	_cleanup_policy_set_ struct policy_set *set = NULL;
	_cleanup_close_ int root_fd = open("/", O_DIRECTORY | O_CLOEXEC);
	const struct policy_diagnostic *list;
	size_t n;

	if (root_fd < 0 || policy_set_load(root_fd, 0, &set) < 0)
		return EXIT_OK;
	list = policy_set_diagnostics(set, &n);
	for (size_t i = 0; i < n; i++)
		if (list[i].severity == POLICY_ERROR)
			log_error("%s:%u: %s", list[i].file, list[i].line,
				  list[i].message);
	return policy_set_has_errors(set) ? EXIT_POLICY : EXIT_OK;
}

enum exit_code verb_apply(const struct arguments *arguments)
{
	sd_bus_message *reply = NULL;
	enum exit_code status;

	status = client_call("Apply", NULL, POLKIT_ACTION_APPLY, &reply);
	if (status == EXIT_OK)
		status = worse(reply_print(arguments, reply),
			       print_policy_errors());
	sd_bus_message_unref(reply);
	return status;
}
