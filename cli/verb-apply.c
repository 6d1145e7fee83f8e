// SPDX-License-Identifier: GPL-2.0-or-later
/* The verbs that talk to the daemon: apply, cancel and status. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-bus.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/names.h"
#include "cli/table.h"
#include "cli/view.h"

#define N_FIELDS 6

/* The fields of what the daemon says of a device, in their order on the bus. */
static const struct field {
	const char *column;
	bool shown; /* in the table; JSON has all of them */
} fields[N_FIELDS] = {
	{ "DEVICE", true },   { "IDENTITY", false }, { "OUTCOME", true },
	{ "REFUSAL", false }, { "POLICY", true },    { "MESSAGE", true },
};

static enum exit_code outcome_status(const char *outcome)
{
	static const struct {
		const char *outcome;
		enum exit_code status;
	} table[] = {
		{ "as-decided", EXIT_OK },   { "switched", EXIT_OK },
		{ "kept", EXIT_OK },	     { "policy-error", EXIT_POLICY },
		{ "refused", EXIT_REFUSED },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (strcmp(table[i].outcome, outcome) == 0)
			return table[i].status;
	return EXIT_FAILED;
}

static struct libscols_table *new_table(const struct arguments *arguments)
{
	struct libscols_table *table = table_new(arguments);

	if (!table)
		return NULL;
	for (size_t i = 0; i < N_FIELDS; i++)
		if (!scols_table_new_column(table, fields[i].column, 0,
					    fields[i].shown || arguments->json
						    ? 0
						    : SCOLS_FL_HIDDEN))
			return NULL;
	return table;
}

/* One device of the reply: 1, the end: 0, or a negative errno. */
static int read_device(sd_bus_message *reply, struct libscols_table *table,
		       enum exit_code *status)
{
	const char *text[N_FIELDS];
	struct libscols_line *line;
	int r;

	r = sd_bus_message_read(reply, "(ssssss)", &text[0], &text[1], &text[2],
				&text[3], &text[4], &text[5]);
	if (r <= 0)
		return r;
	line = scols_table_new_line(table, NULL);
	for (size_t i = 0; line && i < N_FIELDS; i++)
		if (text[i][0] && scols_line_set_data(line, i, text[i]) != 0)
			return -ENOMEM;
	*status = worse(*status, outcome_status(text[2]));
	return line ? 1 : -ENOMEM;
}

static enum exit_code print_reply(const struct arguments *arguments,
				  sd_bus_message *reply)
{
	struct libscols_table *table = new_table(arguments);
	enum exit_code status = EXIT_OK;
	int r;

	r = table ? sd_bus_message_enter_container(reply, 'a', "(ssssss)")
		  : -ENOMEM;
	while (r > 0) {
		r = read_device(reply, table, &status);
		if (r == 0)
			break;
	}
	if (r >= 0)
		r = scols_print_table(table);
	scols_unref_table(table);
	if (r < 0) {
		log_error("the daemon's reply cannot be printed: %s",
			  strerror(-r));
		return EXIT_ERROR;
	}
	return status;
}

/* @action: what polkit would have to grant. */
static enum exit_code complaint_set(const sd_bus_error *error, int r,
				    const char *action)
{
	if (sd_bus_error_has_name(error, SD_BUS_ERROR_ACCESS_DENIED) ||
	    sd_bus_error_has_name(
		    error, SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED)) {
		log_error("not permitted: that needs the polkit action %s; run "
			  "it as root",
			  action);
		return EXIT_ERROR;
	}
	if (sd_bus_error_has_name(error, SD_BUS_ERROR_SERVICE_UNKNOWN) ||
	    sd_bus_error_has_name(error, SD_BUS_ERROR_NAME_HAS_NO_OWNER) ||
	    !sd_bus_error_is_set(error)) {
		log_error("the daemon cannot be reached (%s): start it with "
			  "\"systemctl start daxbrokerd\", or run "
			  "\"daxbrokerd --once\" as root",
			  sd_bus_error_is_set(error) ? error->message
						     : strerror(-r));
		return EXIT_UNREACHABLE;
	}
	if (sd_bus_error_has_name(error, SD_BUS_ERROR_FILE_NOT_FOUND)) {
		log_error("%s", error->message);
		return EXIT_NOT_FOUND;
	}
	log_error("the daemon says: %s",
		  error->message ? error->message : error->name);
	return EXIT_ERROR;
}

/* @device: the method's argument, or NULL. */
static int call(const char *method, const char *device, sd_bus_error *error,
		sd_bus_message **ret)
{
	sd_bus_message *message = NULL;
	sd_bus *bus = NULL;
	int r;

	r = sd_bus_open_system(&bus);
	if (r >= 0)
		r = sd_bus_message_new_method_call(bus, &message, BUS_NAME,
						   BUS_PATH, BUS_INTERFACE,
						   method);
	if (r >= 0)
		r = sd_bus_message_set_allow_interactive_authorization(message,
								       1);
	if (r >= 0 && device)
		r = sd_bus_message_append(message, "s", device);
	/* No time limit: a TiB takes minutes. */
	if (r >= 0)
		r = sd_bus_call(bus, message, UINT64_MAX, error, ret);
	sd_bus_message_unref(message);
	sd_bus_unref(bus);
	return r;
}

static enum exit_code ask(const struct arguments *arguments, const char *method)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *reply = NULL;
	enum exit_code status;
	int r;

	r = call(method, NULL, &error, &reply);
	if (r < 0)
		status = complaint_set(&error, r, POLKIT_ACTION_APPLY);
	else
		status = print_reply(arguments, reply);
	sd_bus_message_unref(reply);
	sd_bus_error_free(&error);
	return status;
}

/* What the daemon has told the journal about the policy files, here too. */
static enum exit_code tell_policy_errors(void)
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
	enum exit_code status = ask(arguments, "Apply");

	if (status == EXIT_ERROR || status == EXIT_UNREACHABLE)
		return status;
	return worse(status, tell_policy_errors());
}

enum exit_code verb_cancel(const struct arguments *arguments)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	const char *device = arguments->words[0];
	enum exit_code status = EXIT_OK;
	sd_bus_message *reply = NULL;
	int r;

	if (strncmp(device, "/dev/", 5) == 0)
		device += 5;
	r = call("Cancel", device, &error, &reply);
	if (r < 0)
		status = complaint_set(&error, r, POLKIT_ACTION_CANCEL);
	sd_bus_message_unref(reply);
	sd_bus_error_free(&error);
	return status;
}

enum exit_code verb_status(const struct arguments *arguments)
{
	return ask(arguments, "List");
}
