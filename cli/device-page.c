// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/device-page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/size.h"
#include "basic/text.h"
#include "cli/device-text.h"
#include "cli/terminal.h"

#define KEY_WIDTH 34

static bool is_size(const char *key)
{
	return strstr(key, "size") || strcmp(key, "free") == 0 ||
	       strcmp(key, "align") == 0 || text_ends_with(key, "_bytes");
}

static void print_number(const char *key, json_object *value, bool bytes)
{
	const uint64_t number = json_object_get_uint64(value);
	char size[SIZE_FORMAT_MAX];

	if (!bytes && is_size(key))
		fputs(size_format(number, size), stdout);
	else if (text_ends_with(key, "_bandwidth"))
		printf("%" PRIu64 " MiB/s", number);
	else if (text_ends_with(key, "_latency"))
		printf("%" PRIu64 " ns", number);
	else
		fputs(json_object_get_string(value), stdout);
}

/* "4711 database, open, mapped" */
static void print_holder(json_object *holder)
{
	static const char *const uses[] = { "open", "mapped" };

	printf("%s %s",
	       json_object_get_string(json_object_object_get(holder, "pid")),
	       json_object_get_string(
		       json_object_object_get(holder, "command")));
	for (size_t i = 0; i < ARRAY_SIZE(uses); i++)
		if (json_object_get_boolean(
			    json_object_object_get(holder, uses[i])))
			printf(", %s", uses[i]);
}

static void print_value(const char *key, json_object *value, bool bytes)
{
	switch (json_object_get_type(value)) {
	case json_type_null:
		putchar('-');
		break;
	case json_type_int:
		print_number(key, value, bytes);
		break;
	case json_type_boolean:
		fputs(json_object_get_boolean(value) ? "yes" : "no", stdout);
		break;
	case json_type_object:
		print_holder(value);
		break;
	default:
		fputs(json_object_get_string(value), stdout);
	}
}

/* An item a line; numbers are short. */
static void print_list(const char *key, json_object *list, bool bytes)
{
	const size_t n = json_object_array_length(list);

	if (n == 0)
		putchar('-');
	for (size_t i = 0; i < n; i++) {
		json_object *item = json_object_array_get_idx(list, i);

		if (i > 0 && json_object_is_type(item, json_type_int))
			putchar(' ');
		else if (i > 0)
			printf("\n%*s", KEY_WIDTH + 2, "");
		print_value(key, item, bytes);
	}
}

static void print_member(const char *name, const char *key, json_object *value,
			 bool bytes)
{
	printf("%*s: ", KEY_WIDTH, name);
	if (json_object_is_type(value, json_type_array))
		print_list(key, value, bytes);
	else
		print_value(key, value, bytes);
	putchar('\n');
}

/* Members of members as "node.size", and not where they are unknown. Whether a
 * fact could be read ("uuid_unknown") is for programs: people see a "-". */
static void print_members(const char *prefix, json_object *object, bool bytes)
{
	json_object_object_foreach(object, key, value)
	{
		char name[64];

		if (text_ends_with(key, "known"))
			continue;
		snprintf(name, sizeof(name), "%s%s%s", prefix,
			 *prefix ? "." : "", key);
		if (json_object_is_type(value, json_type_object)) {
			if (!*prefix)
				putchar('\n');
			print_members(name, value, bytes);
			continue;
		}
		/* The decision begins here. */
		if (strcmp(key, "wanted_mode") == 0)
			putchar('\n');
		if (value || !*prefix)
			print_member(name, key, value, bytes);
	}
}

void device_page_print_members(json_object *object, bool bytes)
{
	print_members("", object, bytes);
}

static void print_head(const struct plan_item *item)
{
	const char *start = terminal_start(device_text_style(item));

	printf("%s%s%s %s%s%s: %s%s%s: %s\n", start,
	       terminal_has_unicode() ? "●" : "*", terminal_end(),
	       terminal_start(TERMINAL_BOLD), item->device->name,
	       terminal_end(), start, device_text_state(item), terminal_end(),
	       item->plan->reason);
}

void device_page_print(const struct plan_item *item, json_object *object,
		       bool bytes)
{
	print_head(item);
	print_members("", object, bytes);
}
