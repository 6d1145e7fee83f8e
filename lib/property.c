// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lib/property.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Until the last user of its device has left, it is nobody's already. */
static void take_state(struct daxbroker_lease *lease, const char *state)
{
	if (strcmp(state, "draining") == 0 || strcmp(state, "releasing") == 0)
		lease->gone = true;
}

static int take_copy(char **text, const char *value)
{
	char *copy = strdup(value);

	if (!copy)
		return -ENOMEM;
	free(*text);
	*text = copy;
	return 0;
}

static int take_text(struct daxbroker_lease *lease, const char *property,
		     const char *value)
{
	if (strcmp(property, "State") == 0)
		take_state(lease, value);
	else if (strcmp(property, "Name") == 0)
		return take_copy(&lease->name, value);
	else if (strcmp(property, "Path") == 0)
		return take_copy(&lease->device_path, value);
	else if (strcmp(property, "Incarnation") == 0 &&
		 strlen(value) == LEASE_INCARNATION_MAX - 1)
		memcpy(lease->incarnation, value, LEASE_INCARNATION_MAX);
	return 0;
}

static void take_number(struct daxbroker_lease *lease, const char *property,
			uint64_t value)
{
	if (strcmp(property, "Size") == 0)
		lease->size = value;
	else if (strcmp(property, "Align") == 0)
		lease->align = value;
	else if (strcmp(property, "Deadline") == 0)
		lease->deadline = value;
}

/* The variant that comes next. */
static int read_value(struct daxbroker_lease *lease, const char *property,
		      sd_bus_message *m, const char *type)
{
	const char *text;
	uint64_t number;
	int32_t node;
	int r;

	switch (type[1] ? '\0' : type[0]) {
	case 's':
		r = sd_bus_message_read(m, "v", "s", &text);
		return r < 0 ? r : take_text(lease, property, text);
	case 't':
		r = sd_bus_message_read(m, "v", "t", &number);
		if (r >= 0)
			take_number(lease, property, number);
		return r;
	case 'i':
		r = sd_bus_message_read(m, "v", "i", &node);
		if (r >= 0 && strcmp(property, "Node") == 0)
			lease->node = node;
		return r;
	default:
		return sd_bus_message_skip(m, "v");
	}
}

static int read_entry(struct daxbroker_lease *lease, sd_bus_message *m)
{
	const char *property, *type;
	int r;

	r = sd_bus_message_read(m, "s", &property);
	if (r >= 0)
		r = sd_bus_message_peek_type(m, NULL, &type);
	if (r >= 0)
		r = read_value(lease, property, m, type);
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

int property_read_all(struct daxbroker_lease *lease, sd_bus_message *message)
{
	int r;

	r = sd_bus_message_enter_container(message, 'a', "{sv}");
	while (r >= 0) {
		r = sd_bus_message_enter_container(message, 'e', "sv");
		if (r <= 0)
			break;
		r = read_entry(lease, message);
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

int property_check(const struct daxbroker_lease *lease)
{
	const uint64_t align = lease->align;

	return lease->size > 0 && align > 0 && (align & (align - 1)) == 0 &&
			       lease->incarnation[0]
		       ? 0
		       : -EBADMSG;
}
