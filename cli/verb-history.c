// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/text.h"
#include "cli/client.h"
#include "cli/message-object.h"
#include "cli/mirror.h"
#include "cli/object.h"
#include "cli/pager.h"
#include "cli/table.h"
#include "cli/time-text.h"
#include "cli/verb.h"

static char *when(json_object *job)
{
	return time_text_date(mirror_number(job, "ended_at"));
}

static char *took(json_object *job)
{
	return time_text_span(mirror_number(job, "duration"));
}

static char *device(json_object *job)
{
	return strdup(mirror_text(job, "device"));
}

/* "system-ram", or what else it was for. */
static char *job_of(json_object *job)
{
	const char *purpose = mirror_text(job, "purpose");
	const char *mode = mirror_text(job, "mode");

	if (strcmp(purpose, "switch") == 0 && mode[0])
		return strdup(mode);
	return strdup(purpose);
}

static char *outcome(json_object *job)
{
	return strdup(mirror_text(job, "job_outcome"));
}

/* The user who asked for it, or what led to it. */
static char *by(json_object *job)
{
	const struct passwd *user;
	json_object *uid;

	if (!json_object_object_get_ex(job, "asked_by", &uid))
		return strdup(mirror_text(job, "trigger"));
	/* cppcheck-suppress getpwuidCalled ; there is one thread */
	user = getpwuid((uid_t)json_object_get_int64(uid));
	return user ? strdup(user->pw_name)
		    : text_format("%" PRId64, json_object_get_int64(uid));
}

static char *policy(json_object *job)
{
	return strdup(mirror_text(job, "policy"));
}

/* Why it was done; or why it did not work, and who was in the way. */
static char *why(json_object *job)
{
	const char *message = mirror_text(job, "message");
	const char *blocker = mirror_text(job, "blocker");

	if (!message[0])
		return strdup(mirror_text(job, "reason"));
	return text_format("%s%s%s", message, blocker[0] ? ": " : "", blocker);
}

static const struct {
	const char *name;
	char *(*text)(json_object *job);
} columns[] = {
	{ "ENDED", when },    { "TOOK", took },	      { "DEVICE", device },
	{ "JOB", job_of },    { "OUTCOME", outcome }, { "BY", by },
	{ "POLICY", policy }, { "WHY", why },
};

static int add_line(struct libscols_table *table, json_object *job)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);

	if (!line)
		return -ENOMEM;
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		char *text = columns[i].text(job);

		if (!text || scols_line_refer_data(line, i, text) != 0) {
			free(text);
			return -ENOMEM;
		}
	}
	return 0;
}

static enum exit_code print_table(const struct arguments *arguments,
				  json_object *jobs)
{
	struct libscols_table *table = table_new(arguments);
	int r = table ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(columns); i++)
		if (!scols_table_new_column(table, columns[i].name, 0, 0))
			r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < json_object_array_length(jobs); i++)
		r = add_line(table, json_object_array_get_idx(jobs, i));
	return table_print(table, r);
}

static int read_jobs(sd_bus_message *reply, json_object *jobs)
{
	int r;

	r = sd_bus_message_enter_container(reply, 'a', "a{sv}");
	while (r >= 0 && sd_bus_message_at_end(reply, 0) == 0) {
		json_object *job = json_object_new_object();

		json_object_array_add(jobs, job);
		r = message_object_read(reply, job);
	}
	return r;
}

static enum exit_code ask(const char *name, sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	_cleanup_(sd_bus_unrefp) sd_bus *bus = NULL;
	enum exit_code status = client_open(&bus);
	int r;

	if (status != EXIT_OK)
		return status;
	r = client_new_call(bus, BUS_PATH, BUS_INTERFACE, "History", &message);
	if (r >= 0)
		r = sd_bus_message_append(message, "s", name);
	if (r < 0)
		return client_complain(&SD_BUS_ERROR_NULL, r, "");
	return client_send(bus, message, "", CLIENT_ANSWER_USEC, ret);
}

enum exit_code verb_history(const struct arguments *arguments)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	json_object *jobs;
	enum exit_code status;
	int r;

	status = ask(arguments->n_words > 0
			     ? verb_device_name(arguments->words[0])
			     : "",
		     &reply);
	if (status != EXIT_OK)
		return status;
	jobs = json_object_new_array();
	r = read_jobs(reply, jobs);
	if (r < 0) {
		status = table_print(NULL, r);
	} else if (arguments->json) {
		json_object *top = json_object_new_object();

		object_add(top, "jobs", json_object_get(jobs));
		object_print(top);
	} else {
		status = print_table(arguments, jobs);
	}
	json_object_put(jobs);
	return status;
}
