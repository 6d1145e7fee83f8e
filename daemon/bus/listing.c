// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/listing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/utf8.h"
#include "broker/record-fact.h"

static int append_text(sd_bus_message *message, const char *text)
{
	_cleanup_free_ char *copy = NULL;

	copy = strdup(text ?: "");
	if (!copy)
		return -ENOMEM;
	/* A bus message takes valid UTF-8 only, and the text may hold the
	 * name of a process or a file, which can be any bytes. */
	utf8_repair(copy);
	return sd_bus_message_append_basic(message, 's', copy);
}

/* What record_facts() calls for each fact; the first error stays. */
struct dictionary {
	sd_bus_message *message;
	int error;
};

static int append_fact(sd_bus_message *message, const char *name,
		       const char *value, bool is_number)
{
	const char type[] = { is_number ? 't' : 's', '\0' };
	int r;

	r = sd_bus_message_open_container(message, 'e', "sv");
	if (r >= 0)
		r = sd_bus_message_append(message, "s", name);
	if (r >= 0)
		r = sd_bus_message_open_container(message, 'v', type);
	if (r < 0)
		return r;
	if (is_number)
		r = sd_bus_message_append(message, type,
					  (uint64_t)strtoull(value, NULL, 10));
	else
		r = append_text(message, value);
	if (r >= 0)
		r = sd_bus_message_close_container(message);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

static void on_fact(const char *name, const char *value, bool is_number,
		    void *userdata)
{
	struct dictionary *dictionary = userdata;

	if (dictionary->error >= 0)
		dictionary->error = append_fact(dictionary->message, name,
						value, is_number);
}

static int append_facts(sd_bus_message *message, const struct record *record)
{
	_cleanup_free_ char *text = record_fact_message(record);
	struct dictionary dictionary = { .message = message };
	int r;

	if (!text)
		return -ENOMEM;
	r = sd_bus_message_open_container(message, 'a', "{sv}");
	if (r < 0)
		return r;
	record_facts(record, on_fact, &dictionary);
	r = dictionary.error;
	if (r >= 0)
		r = append_fact(message, "message", text, false);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

static int append_record(sd_bus_message *message, const struct record *record)
{
	int r;

	r = sd_bus_message_open_container(message, 'r', "sa{sv}");
	if (r >= 0)
		r = append_text(message, record->device);
	if (r >= 0)
		r = append_facts(message, record);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

static int append_seen(sd_bus_message *message, const struct record *record,
		       bool processes)
{
	const struct record shown = record_fact_without_processes(record);

	return append_record(message, processes ? record : &shown);
}

int listing_append(sd_bus_message *message, const struct record_table *table,
		   bool processes)
{
	int r;

	r = sd_bus_message_open_container(message, 'a', "(sa{sv})");
	for (size_t i = 0; i < table->n && r >= 0; i++)
		if (table->records[i]->seen)
			r = append_seen(message, table->records[i], processes);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

static int append_error(sd_bus_message *message,
			const struct policy_diagnostic *diagnostic)
{
	int r;

	r = sd_bus_message_open_container(message, 'r', "sus");
	if (r >= 0)
		r = append_text(message, diagnostic->file);
	if (r >= 0)
		r = sd_bus_message_append(message, "u", diagnostic->line);
	if (r >= 0)
		r = append_text(message, diagnostic->message);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

int listing_append_errors(sd_bus_message *message,
			  const struct policy_diagnostic *diagnostics, size_t n)
{
	int r;

	r = sd_bus_message_open_container(message, 'a', "(sus)");
	for (size_t i = 0; i < n && r >= 0; i++)
		if (diagnostics[i].severity == POLICY_ERROR)
			r = append_error(message, &diagnostics[i]);
	return r < 0 ? r : sd_bus_message_close_container(message);
}
