// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/status.h"

#include <stdio.h>

#include "basic/text-stream.h"
#include "basic/utf8.h"

static void put_devices(FILE *f, const struct broker *broker)
{
	const struct record_table *table = broker_records(broker);
	size_t ram = 0, devdax = 0, refused = 0, wrong = 0;

	for (size_t i = 0; i < table->n; i++) {
		const struct record *record = table->records[i];

		if (!record->seen)
			continue;
		ram += record->mode == DEVICE_MODE_SYSTEM_RAM;
		devdax += record->mode == DEVICE_MODE_DEVDAX;
		refused += record->outcome == RECORD_REFUSED;
		wrong += outcome_get(record->outcome)->trouble;
	}
	fprintf(f,
		"Regions: %zu; devices: %zu system-ram, %zu devdax, %zu "
		"refused, %zu in trouble",
		broker_n_regions(broker), ram, devdax, refused, wrong);
}

/* The first, and how many there are. */
static void put_errors(FILE *f, const struct broker *broker)
{
	const struct policy_diagnostic *first = NULL, *list;
	size_t n, errors = 0;

	list = broker_diagnostics(broker, &n);
	for (size_t i = 0; i < n; i++) {
		if (list[i].severity != POLICY_ERROR)
			continue;
		first = first ?: &list[i];
		errors++;
	}
	if (!first)
		return;
	fprintf(f, "; errors in policy files: %zu, the first %s:", errors,
		first->file);
	if (first->line)
		fprintf(f, "%u:", first->line);
	fprintf(f, " %s", first->message);
}

char *status_text(const struct broker *broker)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);
	char *text;

	if (!f)
		return NULL;
	put_devices(f, broker);
	put_errors(f, broker);
	text = text_stream_take(&stream);
	if (text)
		utf8_mask(text);
	return text;
}
