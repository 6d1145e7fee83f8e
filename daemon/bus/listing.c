// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/listing.h"

#include "basic/cleanup.h"
#include "broker/record-fact.h"
#include "daemon/bus/property.h"

static void facts_of(const void *item, act_fact_fn fact, void *userdata)
{
	const struct record *record = item;
	_cleanup_free_ char *text = record_fact_message(record);

	record_facts(record, fact, userdata);
	if (text)
		fact("message", text, false, userdata);
}

static int append_record(sd_bus_message *message, const struct record *record)
{
	int r;

	r = sd_bus_message_open_container(message, 'r', "sa{sv}");
	if (r >= 0)
		r = property_append_text(message, record->device);
	if (r >= 0)
		r = property_append_facts(message, facts_of, record);
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
		r = property_append_text(message, diagnostic->file);
	if (r >= 0)
		r = sd_bus_message_append(message, "u", diagnostic->line);
	if (r >= 0)
		r = property_append_text(message, diagnostic->message);
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

static void public_history(const void *item, act_fact_fn fact, void *userdata)
{
	history_facts(item, false, fact, userdata);
}

static void whole_history(const void *item, act_fact_fn fact, void *userdata)
{
	history_facts(item, true, fact, userdata);
}

int listing_append_history(sd_bus_message *message,
			   const struct history *history, const char *device,
			   bool processes)
{
	int r;

	r = sd_bus_message_open_container(message, 'a', "a{sv}");
	for (size_t i = 0; i < history->n && r >= 0; i++) {
		const struct history_entry *entry =
			history_get(history, i, device);

		if (entry)
			r = property_append_facts(message,
						  processes ? whole_history
							    : public_history,
						  entry);
	}
	return r < 0 ? r : sd_bus_message_close_container(message);
}
