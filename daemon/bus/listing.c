// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/listing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/utf8.h"

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

static int append_record(sd_bus_message *message, const struct record *record)
{
	const char *const texts[] = {
		record->device,
		record->identity,
		record_outcome_name(record->outcome),
		record->refusal ? plan_refusal_name(record->refusal) : "",
		record->policy,
		record->progress ?: record->message,
	};
	int r;

	r = sd_bus_message_open_container(message, 'r', "ssssss");
	for (size_t i = 0; i < ARRAY_SIZE(texts) && r >= 0; i++)
		r = append_text(message, texts[i]);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

int listing_append(sd_bus_message *message, const struct record_table *table)
{
	int r;

	r = sd_bus_message_open_container(message, 'a', "(ssssss)");
	for (size_t i = 0; i < table->n && r >= 0; i++)
		if (table->records[i]->seen)
			r = append_record(message, table->records[i]);
	return r < 0 ? r : sd_bus_message_close_container(message);
}
