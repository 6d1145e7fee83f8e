// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/field.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "facts/model/model.h"

#define END                 \
	{                   \
		.key = NULL \
	}

/* machine_id is not among them: it is confidential. */
const struct field host_fields[] = {
	FIELD(struct facts_host, FIELD_STRING, name),
	FIELD(struct facts_host, FIELD_STRING, virtualization),
	FIELD(struct facts_host, FIELD_BOOL, container),
	FIELD(struct facts_host, FIELD_STRING, architecture),
	END,
};

const struct field kernel_fields[] = {
	FIELD(struct facts_kernel, FIELD_STRING, release),
	FIELD(struct facts_kernel, FIELD_U64, block_size),
	FIELD(struct facts_kernel, FIELD_STRING, kmem_probe_state),
	FIELD(struct facts_kernel, FIELD_STRING, auto_online_blocks),
	FIELD(struct facts_kernel, FIELD_STRING, online_policy),
	FIELD(struct facts_kernel, FIELD_STRING, memmap_on_memory),
	FIELD(struct facts_kernel, FIELD_BOOL, has_dax_bus),
	FIELD(struct facts_kernel, FIELD_BOOL, has_device_dax),
	FIELD(struct facts_kernel, FIELD_BOOL, has_kmem),
	END,
};

const struct field memory_fields[] = {
	FIELD(struct facts_memory, FIELD_BOOL, known),
	FIELD(struct facts_memory, FIELD_U64, movable),
	FIELD(struct facts_memory, FIELD_U64, kernel),
	FIELD(struct facts_memory, FIELD_U64, kernel_free),
	END,
};

const struct field performance_fields[] = {
	FIELD(struct facts_performance, FIELD_U64, read_bandwidth),
	FIELD(struct facts_performance, FIELD_U64, write_bandwidth),
	FIELD(struct facts_performance, FIELD_U64, read_latency),
	FIELD(struct facts_performance, FIELD_U64, write_latency),
	END,
};

const struct field node_fields[] = {
	FIELD(struct facts_node, FIELD_INT, id),
	FIELD(struct facts_node, FIELD_U64, size),
	FIELD(struct facts_node, FIELD_U64, free),
	FIELD(struct facts_node, FIELD_BOOL, has_cpu),
	END,
};

const struct field region_fields[] = {
	FIELD(struct facts_region, FIELD_INT, id),
	FIELD(struct facts_region, FIELD_NAME, path),
	FIELD(struct facts_region, FIELD_BOOL, dynamic),
	FIELD(struct facts_region, FIELD_U64, start),
	FIELD(struct facts_region, FIELD_U64, size),
	FIELD(struct facts_region, FIELD_U64, available_size),
	FIELD(struct facts_region, FIELD_U64, align),
	FIELD(struct facts_region, FIELD_INT, target_node),
	FIELD(struct facts_region, FIELD_STRING, uuid),
	FIELD(struct facts_region, FIELD_BOOL, uuid_unknown),
	END,
};

const struct field device_fields[] = {
	FIELD(struct facts_device, FIELD_NAME, name),
	FIELD(struct facts_device, FIELD_NAME, identity),
	FIELD(struct facts_device, FIELD_NAME, path),
	FIELD(struct facts_device, FIELD_STRING, driver),
	FIELD(struct facts_device, FIELD_U64, size),
	FIELD(struct facts_device, FIELD_U64, align),
	FIELD(struct facts_device, FIELD_INT, target_node),
	FIELD(struct facts_device, FIELD_INT, numa_node),
	FIELD(struct facts_device, FIELD_STRING, kmem_state),
	FIELD(struct facts_device, FIELD_INT, memmap_on_memory),
	FIELD(struct facts_device, FIELD_UINT, major),
	FIELD(struct facts_device, FIELD_UINT, minor),
	FIELD(struct facts_device, FIELD_STRING, uuid),
	FIELD(struct facts_device, FIELD_BOOL, uuid_unknown),
	FIELD(struct facts_device, FIELD_BOOL, ranges_known),
	FIELD(struct facts_device, FIELD_BOOL, shuffled),
	FIELD(struct facts_device, FIELD_BOOL, holders_known),
	END,
};

const struct field users_fields[] = {
	FIELD(struct facts_users, FIELD_BOOL, known),
	FIELD(struct facts_users, FIELD_U64, openers),
	FIELD(struct facts_users, FIELD_U64, mappings),
	FIELD(struct facts_users, FIELD_U64, mapped_bytes),
	FIELD(struct facts_users, FIELD_U64, pinned_pages),
	FIELD(struct facts_users, FIELD_U64, poisoned_pages),
	FIELD(struct facts_users, FIELD_STRING, drain),
	FIELD(struct facts_users, FIELD_INT, exclusive),
	FIELD(struct facts_users, FIELD_INT, dontfork),
	END,
};

const struct field holder_fields[] = {
	FIELD(struct facts_holder, FIELD_INT, pid),
	FIELD(struct facts_holder, FIELD_BOOL, open),
	FIELD(struct facts_holder, FIELD_BOOL, mapped),
	END,
};

static json_object *write_member(const struct field *field, const void *member)
{
	const char *text;

	switch (field->kind) {
	case FIELD_STRING:
	case FIELD_NAME:
		text = *(const char *const *)member;
		return text ? json_object_new_string(text)
			    : json_object_new_null();
	case FIELD_BOOL:
		return json_object_new_boolean(*(const bool *)member);
	case FIELD_U64:
		return json_object_new_uint64(*(const uint64_t *)member);
	case FIELD_INT:
		return json_object_new_int(*(const int *)member);
	case FIELD_UINT:
		return json_object_new_uint64(*(const unsigned int *)member);
	}
	return NULL;
}

int fields_write(json_object *object, const struct field *fields,
		 const void *base)
{
	for (const struct field *f = fields; f->key; f++)
		if (json_object_object_add(
			    object, f->key,
			    write_member(f, (const char *)base + f->offset)) <
		    0)
			return -ENOMEM;
	return 0;
}

/* Messages are put together of it: one line of text. */
static bool is_line(json_object *value)
{
	const char *text = json_object_get_string(value);
	size_t length = (size_t)json_object_get_string_len(value);

	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return false;
	return true;
}

static int read_string(json_object *value, char **member)
{
	char *copy;

	if (!json_object_is_type(value, json_type_string) || !is_line(value))
		return -EINVAL;
	copy = strdup(json_object_get_string(value));
	if (!copy)
		return -ENOMEM;
	free(*member);
	*member = copy;
	return 0;
}

static int read_number(const struct field *field, json_object *value,
		       void *member)
{
	int64_t number = json_object_get_int64(value);

	if (!json_object_is_type(value, json_type_int))
		return -EINVAL;
	if (field->kind != FIELD_INT && number < 0)
		return -EINVAL;
	if (field->kind == FIELD_U64) {
		*(uint64_t *)member = json_object_get_uint64(value);
		return 0;
	}
	if (number < INT_MIN || number > INT_MAX)
		return -EINVAL;
	if (field->kind == FIELD_INT)
		*(int *)member = (int)number;
	else
		*(unsigned int *)member = (unsigned int)number;
	return 0;
}

static int read_member(const struct field *field, json_object *value,
		       void *member)
{
	if (!value)
		return field->kind == FIELD_NAME ? -EINVAL : 0;
	switch (field->kind) {
	case FIELD_STRING:
	case FIELD_NAME:
		return read_string(value, member);
	case FIELD_BOOL:
		if (!json_object_is_type(value, json_type_boolean))
			return -EINVAL;
		*(bool *)member = json_object_get_boolean(value);
		return 0;
	default:
		return read_number(field, value, member);
	}
}

int fields_read(json_object *object, const struct field *fields, void *base,
		const char **ret_key)
{
	for (const struct field *f = fields; f->key; f++) {
		json_object *value = NULL;
		int r;

		json_object_object_get_ex(object, f->key, &value);
		r = read_member(f, value, (char *)base + f->offset);
		if (r < 0) {
			*ret_key = f->key;
			return r;
		}
	}
	return 0;
}
