// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/field.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define END                 \
	{                   \
		.key = NULL \
	}

#define WORD(type, member, last)                                         \
	{                                                                \
		.key = #member, .kind = FIELD_WORD,                      \
		.offset = offsetof(type, member), .word = member##_word, \
		.n_words = (last) + 1,                                   \
	}

static const char *provider_word(int value)
{
	return facts_provider_name((enum facts_provider)value);
}

static const char *state_word(int value)
{
	return facts_block_state_name((enum facts_block_state)value);
}

static const char *zone_word(int value)
{
	return facts_zone_name((enum facts_zone)value);
}

static const char *content_word(int value)
{
	return content_kind_name((enum content_kind)value);
}

static const char *content_why_word(int value)
{
	return facts_content_why_name((enum facts_content_why)value);
}

const struct field host_fields[] = {
	FIELD(struct facts_host, FIELD_STRING, name),
	FIELD(struct facts_host, FIELD_STRING, virtualization),
	FIELD(struct facts_host, FIELD_BOOL, container),
	FIELD(struct facts_host, FIELD_STRING, architecture),
	FIELD(struct facts_host, FIELD_STRING, command_line),
	FIELD(struct facts_host, FIELD_STRING, machine_id),
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
	FIELD(struct facts_kernel, FIELD_BOOL, device_dax_attach),
	FIELD(struct facts_kernel, FIELD_BOOL, kmem_attach),
	FIELD(struct facts_kernel, FIELD_BOOL, dax_by_name),
	END,
};

const struct field memory_fields[] = {
	FIELD(struct facts_memory, FIELD_BOOL, known),
	FIELD(struct facts_memory, FIELD_U64, movable),
	FIELD(struct facts_memory, FIELD_U64, kernel),
	FIELD(struct facts_memory, FIELD_U64, kernel_free),
	FIELD(struct facts_memory, FIELD_POSITIVE, installed),
	END,
};

const struct field performance_fields[] = {
	FIELD(struct facts_performance, FIELD_POSITIVE, read_bandwidth),
	FIELD(struct facts_performance, FIELD_POSITIVE, write_bandwidth),
	FIELD(struct facts_performance, FIELD_POSITIVE, read_latency),
	FIELD(struct facts_performance, FIELD_POSITIVE, write_latency),
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
	WORD(struct facts_region, provider, FACTS_PROVIDER_CXL),
	FIELD(struct facts_region, FIELD_BOOL, dynamic),
	FIELD(struct facts_region, FIELD_POSITIVE, start),
	FIELD(struct facts_region, FIELD_U64, size),
	FIELD(struct facts_region, FIELD_U64, available_size),
	FIELD(struct facts_region, FIELD_POSITIVE, align),
	FIELD(struct facts_region, FIELD_NATURAL, target_node),
	FIELD(struct facts_region, FIELD_STRING, uuid),
	FIELD(struct facts_region, FIELD_BOOL, uuid_unknown),
	END,
};

const struct field device_fields[] = {
	{
		.key = "device",
		.kind = FIELD_NAME,
		.offset = offsetof(struct facts_device, name),
		.old_key = "name",
	},
	FIELD(struct facts_device, FIELD_NAME, identity),
	FIELD(struct facts_device, FIELD_NAME, path),
	FIELD(struct facts_device, FIELD_STRING, driver),
	FIELD(struct facts_device, FIELD_U64, size),
	FIELD(struct facts_device, FIELD_POSITIVE, align),
	FIELD(struct facts_device, FIELD_NATURAL, target_node),
	FIELD(struct facts_device, FIELD_NATURAL, numa_node),
	FIELD(struct facts_device, FIELD_STRING, kmem_state),
	FIELD(struct facts_device, FIELD_NATURAL, memmap_on_memory),
	FIELD(struct facts_device, FIELD_UINT, major),
	FIELD(struct facts_device, FIELD_UINT, minor),
	FIELD(struct facts_device, FIELD_STRING, uuid),
	FIELD(struct facts_device, FIELD_BOOL, uuid_unknown),
	FIELD(struct facts_device, FIELD_BOOL, ranges_known),
	FIELD(struct facts_device, FIELD_BOOL, shuffled),
	{
		.key = "content",
		.kind = FIELD_WORD,
		.offset = offsetof(struct facts_device, content),
		.word = content_word,
		.n_words = CONTENT_KIND_COUNT,
		.optional = true, /* facts files of 0.1 have none */
	},
	{
		.key = "content_why",
		.kind = FIELD_WORD,
		.offset = offsetof(struct facts_device, content_why),
		.word = content_why_word,
		.n_words = FACTS_CONTENT_WHYS,
		.optional = true,
	},
	FIELD(struct facts_device, FIELD_BOOL, holders_known),
	END,
};

const struct field users_fields[] = {
	FIELD(struct facts_users, FIELD_BOOL, known),
	FIELD(struct facts_users, FIELD_U64, openers),
	FIELD(struct facts_users, FIELD_BOOL, rechecks),
	FIELD(struct facts_users, FIELD_U64, mappings),
	FIELD(struct facts_users, FIELD_U64, mapped_bytes),
	FIELD(struct facts_users, FIELD_U64, pinned_pages),
	FIELD(struct facts_users, FIELD_U64, poisoned_pages),
	FIELD(struct facts_users, FIELD_STRING, drain),
	FIELD(struct facts_users, FIELD_NATURAL, exclusive),
	FIELD(struct facts_users, FIELD_NATURAL, dontfork),
	END,
};

const struct field holder_fields[] = {
	FIELD(struct facts_holder, FIELD_INT, pid),
	FIELD(struct facts_holder, FIELD_BOOL, open),
	FIELD(struct facts_holder, FIELD_BOOL, mapped),
	END,
};

const struct field block_run_fields[] = {
	FIELD(struct block_run, FIELD_U64, first),
	FIELD(struct block_run, FIELD_U64, count),
	WORD(struct block_run, state, FACTS_BLOCK_UNKNOWN),
	WORD(struct block_run, zone, FACTS_ZONE_OTHER),
	FIELD(struct block_run, FIELD_NATURAL, node),
	END,
};

static json_object *write_string(const char *text)
{
	return text ? json_object_new_string(text) : json_object_new_null();
}

static json_object *write_u64(uint64_t value, bool known)
{
	return known ? json_object_new_uint64(value) : json_object_new_null();
}

static json_object *write_int(int value, bool known)
{
	return known ? json_object_new_int(value) : json_object_new_null();
}

static json_object *write_member(const struct field *field, const void *member)
{
	switch (field->kind) {
	case FIELD_STRING:
	case FIELD_NAME:
		return write_string(*(const char *const *)member);
	case FIELD_WORD:
		return write_string(field->word(*(const int *)member));
	case FIELD_BOOL:
		return json_object_new_boolean(*(const bool *)member);
	case FIELD_U64:
		return write_u64(*(const uint64_t *)member, true);
	case FIELD_POSITIVE:
		return write_u64(*(const uint64_t *)member,
				 *(const uint64_t *)member > 0);
	case FIELD_INT:
		return write_int(*(const int *)member, true);
	case FIELD_NATURAL:
		return write_int(*(const int *)member,
				 *(const int *)member >= 0);
	case FIELD_UINT:
		return write_u64(*(const unsigned int *)member, true);
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

static int read_word(const struct field *field, json_object *value, int *member)
{
	if (!json_object_is_type(value, json_type_string))
		return -EINVAL;
	for (int i = 0; i < field->n_words; i++) {
		if (strcmp(json_object_get_string(value), field->word(i)) != 0)
			continue;
		*member = i;
		return 0;
	}
	return -EINVAL;
}

static int read_number(const struct field *field, json_object *value,
		       void *member)
{
	int64_t number = json_object_get_int64(value);

	if (!json_object_is_type(value, json_type_int))
		return -EINVAL;
	switch (field->kind) {
	case FIELD_INT:
	case FIELD_NATURAL:
		if (number < INT_MIN || number > INT_MAX)
			return -EINVAL;
		*(int *)member = (int)number;
		return 0;
	case FIELD_UINT:
		if (number < 0 || number > INT_MAX)
			return -EINVAL;
		*(unsigned int *)member = (unsigned int)number;
		return 0;
	default:
		if (number < 0)
			return -EINVAL;
		*(uint64_t *)member = json_object_get_uint64(value);
		return 0;
	}
}

static int read_member(const struct field *field, json_object *value,
		       void *member)
{
	bool required = field->kind == FIELD_NAME ||
			(field->kind == FIELD_WORD && !field->optional);

	if (!value)
		return required ? -EINVAL : 0;
	switch (field->kind) {
	case FIELD_STRING:
	case FIELD_NAME:
		return read_string(value, member);
	case FIELD_WORD:
		return read_word(field, value, member);
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

		if (!json_object_object_get_ex(object, f->key, &value) &&
		    f->old_key)
			json_object_object_get_ex(object, f->old_key, &value);
		r = read_member(f, value, (char *)base + f->offset);
		if (r < 0) {
			*ret_key = f->key;
			return r;
		}
	}
	return 0;
}
