// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/udev-sync.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-device.h>

#include "basic/log.h"
#include "basic/names.h"
#include "basic/text.h"

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

void udev_sync_update(const struct broker *broker)
{
	const struct record_table *records = broker_records(broker);

	for (size_t i = 0; i < records->n; i++) {
		struct record *record = records->records[i];
		int r;

		if (!record->seen || !record->udev_changed)
			continue;
		record->udev_changed = false;
		if (!is_outdated(record))
			continue;
		r = broker_announce(broker, record->device);
		if (r < 0 && r != -ENOENT)
			log_warning("udev cannot be made to process %s: %s",
				    record->device, strerror(-r));
	}
}
