// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/lease-column.h"

#include <ctype.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-bus.h>

#include "basic/names.h"
#include "basic/size.h"
#include "basic/text.h"
#include "cli/lease-find.h"
#include "cli/lease-holder.h"
#include "cli/mirror.h"
#include "cli/object.h"
#include "cli/time-text.h"

static char *text_of(json_object *lease, const char *property,
		     bool bytes _unused_)
{
	return strdup(mirror_text(lease, property));
}

static char *size_of(json_object *lease, const char *property, bool bytes)
{
	const uint64_t size = mirror_number(lease, property);
	char buf[SIZE_FORMAT_MAX];

	return bytes ? text_format("%" PRIu64, size)
		     : strdup(size_format(size, buf));
}

static char *device_of(json_object *lease, const char *property _unused_,
		       bool bytes _unused_)
{
	return lease_find_device(lease) ?: strdup("");
}

static char *number_of(json_object *lease, const char *property,
		       bool bytes _unused_)
{
	const int64_t number =
		json_object_get_int64(json_object_object_get(lease, property));

	return number < 0 ? strdup("") : text_format("%" PRId64, number);
}

/* What daxbroker's own driver counts. */
static char *count_of(json_object *lease, const char *property,
		      bool bytes _unused_)
{
	return json_object_object_get(lease, property)
		       ? text_format("%" PRIu64, mirror_number(lease, property))
		       : strdup("");
}

static char *known_size_of(json_object *lease, const char *property, bool bytes)
{
	return json_object_object_get(lease, property)
		       ? size_of(lease, property, bytes)
		       : strdup("");
}

static char *holder_of(json_object *lease, const char *property _unused_,
		       bool bytes _unused_)
{
	return lease_holder_text(lease, false);
}

static char *holders_of(json_object *lease, const char *property _unused_,
			bool bytes _unused_)
{
	return lease_holder_text(lease, true);
}

static char *user_of(json_object *lease, const char *property,
		     bool bytes _unused_)
{
	const uid_t uid = (uid_t)mirror_number(lease, property);
	/* cppcheck-suppress getpwuidCalled ; there is one thread */
	const struct passwd *user = getpwuid(uid);

	return user ? strdup(user->pw_name) : text_format("%u", uid);
}

static char *time_of(json_object *lease, const char *property,
		     bool bytes _unused_)
{
	return time_text_date(mirror_number(lease, property));
}

static char *answer_of(json_object *lease, const char *property,
		       bool bytes _unused_)
{
	return strdup(
		json_object_get_boolean(json_object_object_get(lease, property))
			? "yes"
			: "no");
}

const struct lease_column lease_columns[] = {
	{ "LEASE", true, false, text_of, "Id" },
	{ "NAME", true, false, text_of, "Name" },
	{ "POOL", true, false, text_of, "Pool" },
	{ "SIZE", true, true, size_of, "Size" },
	{ "ALIGN", false, true, size_of, "Align" },
	{ "NODE", true, true, number_of, "Node" },
	{ "DEVICE", true, false, device_of, "Device" },
	{ "PATH", false, false, text_of, "Path" },
	{ "STATE", true, false, text_of, "State" },
	{ "USER", true, false, user_of, "Uid" },
	{ "PID", true, true, number_of, "Pid" },
	{ "UNIT", true, false, text_of, "Unit" },
	{ "SINCE", false, false, time_of, "Since" },
	{ "REVOCABLE", false, false, answer_of, "Revocable" },
	{ "HOLDER", true, false, holder_of, "Holders", .list_only = true },
	{ "HOLDERS", false, false, holders_of, "Holders" },
	{ "OPENERS", false, true, count_of, "Openers" },
	{ "MAPPED", false, true, known_size_of, "Mapped" },
	{ "PINNED", false, true, count_of, "Pinned" },
	{ "DEADLINE", true, false, time_of, "Deadline" },
	{ "INCARNATION", false, false, text_of, "Incarnation" },
	{ 0 },
};

/* "Deadline" is "deadline": one word each. */
static void lower(const char *name, char buf[32])
{
	size_t i = 0;

	for (; i < 31 && name[i]; i++)
		buf[i] = (char)tolower((unsigned char)name[i]);
	buf[i] = '\0';
}

static bool is_unknown(json_object *value, const char *property)
{
	switch (json_object_get_type(value)) {
	case json_type_string:
		return !json_object_get_string(value)[0];
	case json_type_int:
		return json_object_get_int64(value) < 0 ||
		       (strcmp(property, "Deadline") == 0 &&
			json_object_get_int64(value) == 0);
	default:
		return false;
	}
}

json_object *lease_column_object(json_object *lease)
{
	json_object *object = json_object_new_object();

	for (const struct lease_column *c = lease_columns; c->name; c++) {
		json_object *value = json_object_object_get(lease, c->property);
		char key[32];

		if (c->list_only)
			continue;
		lower(c->property, key);
		if (strcmp(c->property, "Device") == 0) {
			_cleanup_free_ char *name = lease_find_device(lease);

			object_add_string(object, key, name);
		} else {
			object_add(object, key,
				   is_unknown(value, c->property)
					   ? NULL
					   : json_object_get(value));
		}
	}
	return object;
}
