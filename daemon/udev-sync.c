// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/udev-sync.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-device.h>

#include "basic/array.h"
#include "basic/log.h"
#include "basic/names.h"
#include "basic/text.h"

struct udev_sync_entry {
	char *identity;
	char *text; /* that udev was compared with last */
};

void udev_sync_clear(struct udev_sync *sync)
{
	for (size_t i = 0; i < sync->n; i++) {
		free(sync->entries[i].identity);
		free(sync->entries[i].text);
	}
	free(sync->entries);
	*sync = (struct udev_sync){ 0 };
}

static struct udev_sync_entry *find(struct udev_sync *sync,
				    const char *identity)
{
	for (size_t i = 0; i < sync->n; i++)
		if (strcmp(sync->entries[i].identity, identity) == 0)
			return &sync->entries[i];
	return NULL;
}

static struct udev_sync_entry *add(struct udev_sync *sync, const char *identity)
{
	char *copy;

	if (ARRAY_GROW(sync->entries, sync->n) < 0)
		return NULL;
	copy = strdup(identity);
	if (!copy)
		return NULL;
	sync->entries[sync->n] = (struct udev_sync_entry){ .identity = copy };
	return &sync->entries[sync->n++];
}

/* True: @text is another one than before. */
static bool note(struct udev_sync *sync, const char *identity, const char *text)
{
	struct udev_sync_entry *entry = find(sync, identity);
	char *copy;

	if (entry && entry->text && strcmp(entry->text, text) == 0)
		return false;
	entry = entry ? entry : add(sync, identity);
	copy = strdup(text);
	if (!entry || !copy) {
		free(copy);
		return false;
	}
	free(entry->text);
	entry->text = copy;
	return true;
}

/* "KEY=VALUE\n" is a line of @text. */
static bool has_line(const char *text, const char *key, const char *value)
{
	_cleanup_free_ char *line = text_format("%s=%s\n", key, value);
	const char *at = text;

	while (line && (at = strstr(at, line))) {
		if (at == text || at[-1] == '\n')
			return true;
		at++;
	}
	return false;
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; (text = strchr(text, '\n')); text++)
		n++;
	return n;
}

/* What udev's database has of the device is what is wanted. */
static bool is_known(sd_device *device, const char *text)
{
	const char *key, *value;
	size_t n = 0;

	for (key = sd_device_get_property_first(device, &value); key;
	     key = sd_device_get_property_next(device, &value)) {
		if (!text_starts_with(key, UDEV_PREFIX))
			continue;
		if (!has_line(text, key, value))
			return false;
		n++;
	}
	return n == count_lines(text);
}

/* One that udev has not processed yet it will, and then asks. */
static bool is_outdated(const struct record *record)
{
	sd_device *device = NULL;
	bool outdated;

	if (sd_device_new_from_subsystem_sysname(&device, "dax",
						 record->device) < 0)
		return false;
	outdated = sd_device_get_is_initialized(device) > 0 &&
		   !is_known(device, record->udev);
	sd_device_unref(device);
	return outdated;
}

void udev_sync_update(struct udev_sync *sync, const struct broker *broker)
{
	const struct record_table *records = broker_records(broker);

	for (size_t i = 0; i < records->n; i++) {
		const struct record *record = records->records[i];
		int r;

		if (!record->seen || !record->udev ||
		    !note(sync, record->identity, record->udev) ||
		    !is_outdated(record))
			continue;
		r = broker_announce(broker, record->device);
		if (r < 0 && r != -ENOENT)
			log_warning("udev cannot be made to process %s: %s",
				    record->device, strerror(-r));
	}
}
