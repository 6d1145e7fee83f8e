// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/reply.h"

#include <errno.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "cli/message-object.h"
#include "cli/object.h"
#include "cli/overview.h"
#include "cli/table.h"

/* The facts in the table, of which a line has the first that is known. */
static const struct {
	const char *column;
	const char *facts[2];
} columns[] = {
	{ "DEVICE", { "device" } },
	{ "OUTCOME", { "outcome" } },
	{ "POLICY", { "policy" } },
	{ "MESSAGE", { "progress", "message" } },
};

/* 1; 0: there are no more; or a negative errno. */
static int read_device(sd_bus_message *reply, json_object *devices)
{
	json_object *device;
	int r;

	r = sd_bus_message_enter_container(reply, 'r', "sa{sv}");
	if (r <= 0)
		return r;
	device = json_object_new_object();
	if (!device)
		return -ENOMEM;
	json_object_array_add(devices, device);
	r = sd_bus_message_skip(reply, "s"); /* it is among the facts */
	if (r >= 0)
		r = message_object_read(reply, device);
	if (r >= 0)
		r = sd_bus_message_exit_container(reply);
	return r < 0 ? r : 1;
}

static int read_devices(sd_bus_message *reply, json_object *devices)
{
	int r;

	r = sd_bus_message_enter_container(reply, 'a', "(sa{sv})");
	while (r > 0)
		r = read_device(reply, devices);
	return r;
}

static const char *fact(json_object *device, const char *name)
{
	json_object *value;

	if (!name || !json_object_object_get_ex(device, name, &value))
		return NULL;
	return json_object_get_string(value);
}

static int add_line(struct libscols_table *table, json_object *device)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);

	for (size_t i = 0; line && i < ARRAY_SIZE(columns); i++) {
		const char *text = fact(device, columns[i].facts[0])
					   ?: fact(device, columns[i].facts[1]);

		if (text && scols_line_set_data(line, i, text) != 0)
			return -ENOMEM;
	}
	return line ? 0 : -ENOMEM;
}

static enum exit_code print_table(const struct arguments *arguments,
				  json_object *devices)
{
	struct libscols_table *table = table_new(arguments);
	int r = table ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(columns); i++)
		if (!scols_table_new_column(table, columns[i].column, 0, 0))
			r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < json_object_array_length(devices); i++)
		r = add_line(table, json_object_array_get_idx(devices, i));
	return table_print(table, r);
}

static bool is_asked_for(const struct arguments *arguments, json_object *device)
{
	const char *name = fact(device, "device");

	for (size_t i = 0; name && i < arguments->n_words; i++)
		if (strcmp(verb_device_name(arguments->words[i]), name) == 0)
			return true;
	return arguments->n_words == 0;
}

/* Those that the command line names, or all. */
static json_object *select_devices(const struct arguments *arguments,
				   json_object *devices)
{
	json_object *selected = json_object_new_array();

	for (size_t i = 0; i < json_object_array_length(devices); i++) {
		json_object *one = json_object_array_get_idx(devices, i);

		if (is_asked_for(arguments, one))
			json_object_array_add(selected, json_object_get(one));
	}
	json_object_put(devices);
	return selected;
}

static enum exit_code worst_status(json_object *devices)
{
	enum exit_code worst = EXIT_OK;
	json_object *status;

	for (size_t i = 0; i < json_object_array_length(devices); i++)
		if (json_object_object_get_ex(
			    json_object_array_get_idx(devices, i),
			    "exit_status", &status))
			worst = worse(worst, json_object_get_int(status));
	return worst;
}

static enum exit_code print_text(const struct arguments *arguments,
				 json_object *overview, json_object *devices)
{
	/* Who wants the bare table is a script. */
	if (overview && !arguments->no_headings && !arguments->raw)
		overview_print(overview, devices);
	return print_table(arguments, devices);
}

enum exit_code reply_print(const struct arguments *arguments,
			   sd_bus_message *reply, json_object *overview)
{
	json_object *top = json_object_new_object();
	json_object *devices = json_object_new_array();
	enum exit_code status;
	int r;

	if (overview)
		object_add(top, "daemon", overview);
	r = read_devices(reply, devices);
	devices = select_devices(arguments, devices);
	object_add(top, "devices", devices);
	status = worst_status(devices);
	if (r < 0)
		status = table_print(NULL, r);
	else if (!arguments->json)
		status =
			worse(status, print_text(arguments, overview, devices));
	else
		object_print(json_object_get(top));
	json_object_put(top);
	return status;
}

/* Only of a job that failed does the daemon have a job's outcome. */
static uint64_t failed_at(json_object *device)
{
	json_object *time;

	if (!fact(device, "job_outcome") ||
	    !json_object_object_get_ex(device, "attempted_at", &time))
		return 0;
	return (uint64_t)json_object_get_int64(time);
}

uint64_t reply_failed_attempt(sd_bus_message *reply, const char *device)
{
	json_object *devices = json_object_new_array();
	uint64_t time = 0;

	if (read_devices(reply, devices) < 0) {
		json_object_put(devices);
		return 0;
	}
	for (size_t i = 0; i < json_object_array_length(devices); i++) {
		json_object *one = json_object_array_get_idx(devices, i);
		const char *name = fact(one, "device");

		if (name && strcmp(name, device) == 0)
			time = failed_at(one);
	}
	json_object_put(devices);
	return time;
}

enum exit_code reply_print_errors(sd_bus_message *reply)
{
	enum exit_code status = EXIT_OK;
	const char *file, *message;
	uint32_t line;
	int r;

	r = sd_bus_message_enter_container(reply, 'a', "(sus)");
	while (r >= 0) {
		r = sd_bus_message_read(reply, "(sus)", &file, &line, &message);
		if (r <= 0)
			break;
		log_error("%s:%u: %s", file, line, message);
		status = EXIT_POLICY;
	}
	return r < 0 ? EXIT_ERROR : status;
}
