// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/message-object.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "cli/object.h"

/* NULL: of another type; the value is read all the same. */
static int read_basic(sd_bus_message *message, char type, json_object **ret)
{
	union {
		const char *text;
		uint64_t t;
		int64_t x;
		uint32_t u;
		int32_t i;
		int b;
		uint8_t bytes[8];
	} value;
	int r = sd_bus_message_read_basic(message, type, &value);

	*ret = NULL;
	if (r <= 0)
		return r;
	switch (type) {
	case 's':
	case 'o':
		*ret = json_object_new_string(value.text);
		break;
	case 't':
		*ret = json_object_new_uint64(value.t);
		break;
	case 'u':
		/* None. */
		*ret = value.u == UINT32_MAX ? NULL
					     : json_object_new_int64(value.u);
		break;
	case 'i':
		*ret = json_object_new_int64(value.i);
		break;
	case 'b':
		*ret = json_object_new_boolean(value.b);
		break;
	}
	return 1;
}

static int read_array(sd_bus_message *message, char type, json_object **ret)
{
	const char contents[] = { type, '\0' };
	json_object *array = json_object_new_array(), *value;
	int r;

	r = sd_bus_message_enter_container(message, 'a', contents);
	while (r > 0) {
		r = read_basic(message, type, &value);
		if (r > 0)
			json_object_array_add(array, value);
	}
	if (r >= 0)
		r = sd_bus_message_exit_container(message);
	*ret = array;
	return r;
}

static int read_dictionary(sd_bus_message *message, json_object **ret)
{
	*ret = json_object_new_object();
	return message_object_read(message, *ret);
}

static int read_variant(sd_bus_message *message, json_object **ret)
{
	const char *type;
	int r;

	*ret = NULL;
	r = sd_bus_message_peek_type(message, NULL, &type);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	r = sd_bus_message_enter_container(message, 'v', type);
	if (r < 0)
		return r;
	if (type[1] == '\0' && strchr("sotuib", type[0]))
		r = read_basic(message, type[0], ret);
	else if (strcmp(type, "as") == 0 || strcmp(type, "ao") == 0)
		r = read_array(message, type[1], ret);
	else if (strcmp(type, "a{sv}") == 0)
		r = read_dictionary(message, ret);
	else
		r = sd_bus_message_skip(message, type);
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

int message_object_read(sd_bus_message *message, json_object *object)
{
	json_object *value;
	const char *name;
	int r;

	r = sd_bus_message_enter_container(message, 'a', "{sv}");
	while (r >= 0) {
		r = sd_bus_message_enter_container(message, 'e', "sv");
		if (r <= 0)
			break;
		r = sd_bus_message_read(message, "s", &name);
		if (r >= 0)
			r = read_variant(message, &value);
		if (r < 0)
			return r;
		object_add(object, name, value);
		r = sd_bus_message_exit_container(message);
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}
