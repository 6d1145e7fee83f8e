// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/overview.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "cli/client.h"
#include "cli/message-object.h"
#include "cli/object.h"
#include "cli/terminal.h"
#include "cli/time-text.h"

#define LABEL_WIDTH 10

static int64_t number(json_object *object, const char *key)
{
	return json_object_get_int64(json_object_object_get(object, key));
}

static const char *text(json_object *object, const char *key)
{
	return json_object_get_string(json_object_object_get(object, key));
}

static void add_text(json_object *overview, const char *key,
		     sd_bus_message *reply)
{
	const char *text = NULL;

	sd_bus_message_read(reply, "s", &text);
	object_add_string(overview, key, text);
}

static void add_time(json_object *overview, const char *key,
		     sd_bus_message *reply)
{
	uint64_t time = 0;

	sd_bus_message_read(reply, "t", &time);
	object_add_known(overview, key, time);
}

static void add_bool(json_object *overview, const char *key,
		     sd_bus_message *reply)
{
	int value = 0;

	sd_bus_message_read(reply, "b", &value);
	object_add_bool(overview, key, value);
}

static void add_errors(json_object *overview, const char *key,
		       sd_bus_message *reply)
{
	json_object *errors = json_object_new_array();
	const char *file, *message;
	uint32_t line;

	sd_bus_message_enter_container(reply, 'a', "(sus)");
	while (sd_bus_message_read(reply, "(sus)", &file, &line, &message) >
	       0) {
		json_object *error = json_object_new_object();

		object_add_string(error, "file", file);
		object_add_known(error, "line", line);
		object_add_string(error, "message", message);
		json_object_array_add(errors, error);
	}
	object_add(overview, key, errors);
}

static const struct {
	const char *property;
	const char *type;
	const char *key;
	void (*add)(json_object *overview, const char *key,
		    sd_bus_message *reply);
} properties[] = {
	{ "Version", "s", "version", add_text },
	{ "StartedAt", "t", "started_at", add_time },
	{ "LoadedAt", "t", "loaded_at", add_time },
	{ "Settled", "b", "settled", add_bool },
	{ "PolicyErrors", "a(sus)", "policy_errors", add_errors },
};

/* Keeps that of the jobs which has ended last. */
static void read_last_job(json_object *overview, sd_bus_message *reply)
{
	json_object *last = NULL;
	int r = sd_bus_message_enter_container(reply, 'a', "a{sv}");

	while (r >= 0 && sd_bus_message_at_end(reply, 0) == 0) {
		json_object *job = json_object_new_object();

		r = message_object_read(reply, job);
		if (!last ||
		    number(job, "ended_at") >= number(last, "ended_at")) {
			json_object_put(last);
			last = job;
		} else {
			json_object_put(job);
		}
	}
	object_add(overview, "last_job", last);
}

static enum exit_code add_last_job(sd_bus *bus, json_object *overview)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	enum exit_code status;

	if (client_new_call(bus, BUS_PATH, BUS_INTERFACE, "History", &message) <
		    0 ||
	    sd_bus_message_append(message, "s", "") < 0)
		return EXIT_ERROR;
	status = client_send(bus, message, "", CLIENT_ANSWER_USEC, &reply);
	if (status == EXIT_OK)
		read_last_job(overview, reply);
	return status;
}

static enum exit_code add_properties(sd_bus *bus, json_object *overview)
{
	enum exit_code status = EXIT_OK;

	for (size_t i = 0; status == EXIT_OK && i < ARRAY_SIZE(properties);
	     i++) {
		_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;

		status = client_get(bus, BUS_PATH, BUS_INTERFACE,
				    properties[i].property, properties[i].type,
				    &reply);
		if (status == EXIT_OK)
			properties[i].add(overview, properties[i].key, reply);
	}
	return status;
}

enum exit_code overview_read(sd_bus *bus, json_object **ret)
{
	json_object *overview = json_object_new_object();
	enum exit_code status = add_properties(bus, overview);

	if (status == EXIT_OK)
		status = add_last_job(bus, overview);
	if (status == EXIT_OK)
		*ret = overview;
	else
		json_object_put(overview);
	return status;
}

/* The largest two units, or one: "2h 5min", "3 days", "12s". */
static void print_age(char *buf, size_t size, uint64_t seconds)
{
	const uint64_t days = seconds / 86400, hours = seconds / 3600 % 24;
	const uint64_t minutes = seconds / 60 % 60;

	if (days > 0)
		snprintf(buf, size, "%" PRIu64 " day%s", days,
			 days == 1 ? "" : "s");
	else if (hours > 0)
		snprintf(buf, size, "%" PRIu64 "h %" PRIu64 "min", hours,
			 minutes);
	else if (minutes > 0)
		snprintf(buf, size, "%" PRIu64 "min", minutes);
	else
		snprintf(buf, size, "%" PRIu64 "s", seconds);
}

char *overview_time(uint64_t usec, char buf[OVERVIEW_TIME_MAX])
{
	const time_t seconds = (time_t)(usec / 1000000);
	struct timespec now;
	char date[64], age[24];
	struct tm parts;

	if (seconds == 0 || !localtime_r(&seconds, &parts)) {
		snprintf(buf, OVERVIEW_TIME_MAX, "never");
		return buf;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	strftime(date, sizeof(date), "%a %Y-%m-%d %H:%M:%S %Z", &parts);
	print_age(age, sizeof(age),
		  now.tv_sec > seconds ? (uint64_t)(now.tv_sec - seconds) : 0);
	snprintf(buf, OVERVIEW_TIME_MAX, "%s; %s ago", date, age);
	return buf;
}

static void print_head(json_object *overview)
{
	const bool wrong = json_object_array_length(json_object_object_get(
				   overview, "policy_errors")) > 0;
	char buf[OVERVIEW_TIME_MAX];

	printf("%s%s%s daxbrokerd %s, running since %s\n",
	       terminal_start(wrong ? TERMINAL_BAD : TERMINAL_GOOD),
	       terminal_has_unicode() ? "●" : "*", terminal_end(),
	       text(overview, "version"),
	       overview_time((uint64_t)number(overview, "started_at"), buf));
	printf("%*s: %s\n", LABEL_WIDTH, "Policies",
	       overview_time((uint64_t)number(overview, "loaded_at"), buf));
	printf("%*s: %s\n", LABEL_WIDTH, "State",
	       json_object_get_boolean(
		       json_object_object_get(overview, "settled"))
		       ? "settled"
		       : "deciding, or a switch is under way");
}

/* Adds one to the member @key. */
static void count(json_object *counts, const char *key)
{
	object_add_number(counts, key, number(counts, key) + 1);
}

static void print_counts(const char *label, json_object *counts, size_t n)
{
	const char *between = ": ";

	printf("%*s: %zu", LABEL_WIDTH, label, n);
	json_object_object_foreach(counts, key, value)
	{
		printf("%s%s %s", between, json_object_get_string(value), key);
		between = ", ";
	}
	putchar('\n');
}

static void print_devices(json_object *devices)
{
	json_object *counts = json_object_new_object();
	const size_t n = json_object_array_length(devices);

	for (size_t i = 0; i < n; i++) {
		const char *outcome =
			text(json_object_array_get_idx(devices, i), "outcome");

		if (outcome)
			count(counts, outcome);
	}
	print_counts("Devices", counts, n);
	json_object_put(counts);
}

/* Those that memory of a device is part of now. */
static void print_nodes(json_object *devices)
{
	json_object *nodes = json_object_new_object();

	for (size_t i = 0; i < json_object_array_length(devices); i++) {
		json_object *device = json_object_array_get_idx(devices, i);
		const char *mode = text(device, "mode");
		const char *node = text(device, "node");

		if (mode && node && strcmp(mode, "system-ram") == 0)
			count(nodes, node);
	}
	if (json_object_object_length(nodes) > 0) {
		printf("%*s:", LABEL_WIDTH, "Nodes");
		json_object_object_foreach(nodes, node, value)
		{
			printf(" %s (%s device%s)", node,
			       json_object_get_string(value),
			       json_object_get_int(value) == 1 ? "" : "s");
		}
		putchar('\n');
	}
	json_object_put(nodes);
}

static void print_last_job(json_object *overview)
{
	json_object *job = json_object_object_get(overview, "last_job");
	_cleanup_free_ char *span = NULL;
	char buf[OVERVIEW_TIME_MAX];

	if (!job)
		return;
	span = time_text_span((uint64_t)number(job, "duration"));
	printf("%*s: %s, %s: ended %s, took %s\n", LABEL_WIDTH, "Last job",
	       text(job, "device"), text(job, "job_outcome"),
	       overview_time((uint64_t)number(job, "ended_at"), buf),
	       span ? span : "?");
}

static void print_error(json_object *error)
{
	const int64_t line = number(error, "line");

	printf("%s%s:", terminal_start(TERMINAL_BAD), text(error, "file"));
	if (line)
		printf("%" PRId64 ":", line);
	printf(" %s%s\n", text(error, "message"), terminal_end());
}

static void print_errors(json_object *overview)
{
	json_object *errors = json_object_object_get(overview, "policy_errors");

	for (size_t i = 0; i < json_object_array_length(errors); i++) {
		printf("%*s%c ", LABEL_WIDTH, i == 0 ? "Errors" : "",
		       i == 0 ? ':' : ' ');
		print_error(json_object_array_get_idx(errors, i));
	}
}

void overview_print(json_object *overview, json_object *devices)
{
	print_head(overview);
	print_devices(devices);
	print_nodes(devices);
	print_last_job(overview);
	print_errors(overview);
	putchar('\n');
}
