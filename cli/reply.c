// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/reply.h"

#include <errno.h>
#include <string.h>

#include "basic/cleanup.h"
#include "cli/table.h"

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

enum exit_code reply_print(const struct arguments *arguments,
			   sd_bus_message *reply)
{
	struct libscols_table *table = new_table(arguments);
	enum exit_code status = EXIT_OK;
	int r;

	r = table ? sd_bus_message_enter_container(reply, 'a', "(ssssss)")
		  : -ENOMEM;
	while (r > 0)
		r = read_device(reply, table, &status);
	return worse(status, table_print(table, r));
}
