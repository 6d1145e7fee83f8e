// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/property.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/text.h"
#include "basic/utf8.h"
#include "daemon/bus/exported.h"

void property_fact(const struct kind *kind, const char *property,
		   char ret[PROPERTY_NAME_MAX])
{
	size_t n = 0;

	if (strcmp(property, kind->self_property) == 0) {
		strcpy(ret, kind->self_fact);
		return;
	}
	for (const char *p = property; *p; p++) {
		assert(n + 2 < PROPERTY_NAME_MAX);
		if (isupper(*p) && p > property)
			ret[n++] = '_';
		ret[n++] = (char)tolower(*p);
	}
	ret[n] = '\0';
}

/* The names of numbered objects begin with their kind: "job12". An id of a
 * lease is no number, also where it has no letter. */
static bool is_number(const char *kind, const char *id)
{
	return isdigit(id[0]) && strcmp(kind, "lease") != 0;
}

char *property_path(const char *kind, const char *id)
{
	_cleanup_free_ char *prefix = text_format(BUS_PATH "/%s", kind);
	_cleanup_free_ char *name = NULL;
	char *path = NULL;

	name = is_number(kind, id) ? text_format("%s%s", kind, id) : strdup(id);
	if (!prefix || !name || sd_bus_path_encode(prefix, name, &path) < 0)
		return NULL;
	return path;
}

int property_append_text(sd_bus_message *message, const char *text)
{
	_cleanup_free_ char *copy = strdup(text ?: "");

	if (!copy)
		return -ENOMEM;
	/* It may hold the name of a process or a file: any bytes. */
	utf8_repair(copy);
	return sd_bus_message_append_basic(message, 's', copy);
}

int property_append_fact(sd_bus_message *message, const char *name,
			 const char *value, bool is_number)
{
	const char type[] = { is_number ? 't' : 's', '\0' };
	int r;

	r = sd_bus_message_open_container(message, 'e', "sv");
	if (r >= 0)
		r = sd_bus_message_append(message, "s", name);
	if (r >= 0)
		r = sd_bus_message_open_container(message, 'v', type);
	if (r < 0)
		return r;
	if (is_number)
		r = sd_bus_message_append(message, type,
					  (uint64_t)strtoull(value, NULL, 10));
	else
		r = property_append_text(message, value);
	if (r >= 0)
		r = sd_bus_message_close_container(message);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

/* What facts are appended to; the first error stays. */
struct dictionary {
	sd_bus_message *message;
	int error;
};

static void add_fact(const char *name, const char *value, bool is_number,
		     void *userdata)
{
	struct dictionary *dictionary = userdata;

	if (dictionary->error >= 0)
		dictionary->error = property_append_fact(
			dictionary->message, name, value, is_number);
}

int property_append_facts(sd_bus_message *message,
			  void (*facts)(const void *item, act_fact_fn fact,
					void *userdata),
			  const void *item)
{
	struct dictionary dictionary = { .message = message };
	int r;

	r = sd_bus_message_open_container(message, 'a', "{sv}");
	if (r < 0)
		return r;
	if (facts)
		facts(item, add_fact, &dictionary);
	if (dictionary.error < 0)
		return dictionary.error;
	r = sd_bus_message_close_container(message);
	return r < 0 ? r : 0;
}

static int append_words(sd_bus_message *message, const char *value)
{
	_cleanup_free_ char *copy = strdup(value ?: "");
	char *rest = copy, *word;
	int r;

	if (!copy)
		return -ENOMEM;
	r = sd_bus_message_open_container(message, 'a', "s");
	while (r >= 0 && (word = strsep(&rest, " ")))
		if (word[0])
			r = property_append_text(message, word);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

static int append_path(sd_bus_message *message, const char *fact,
		       const char *value)
{
	_cleanup_free_ char *path = value ? property_path(fact, value) : NULL;

	if (value && !path)
		return -ENOMEM;
	return sd_bus_message_append(message, "o", path ?: "/");
}

/* @value NULL: it does not apply. */
static int append_value(sd_bus_message *message, const char *signature,
			const char *fact, const char *value)
{
	uint64_t number = value ? strtoull(value, NULL, 10) : 0;

	switch (signature[0]) {
	case 's':
		return property_append_text(message, value);
	case 't':
		return sd_bus_message_append(message, "t", number);
	case 'i':
		return sd_bus_message_append(message, "i",
					     value ? (int32_t)number : -1);
	case 'u':
		return sd_bus_message_append(
			message, "u", value ? (uint32_t)number : UINT32_MAX);
	case 'b':
		return sd_bus_message_append(message, "b", number != 0);
	case 'o':
		return append_path(message, fact, value);
	default:
		return append_words(message, value);
	}
}

/* What a fact is searched for with. */
struct search {
	const char *name;
	char *value; /* NULL: not found */
	bool failed;
};

static void on_fact(const char *name, const char *value,
		    bool is_number _unused_, void *userdata)
{
	struct search *search = userdata;

	if (search->value || strcmp(name, search->name) != 0)
		return;
	search->value = strdup(value);
	search->failed = !search->value;
}

static const sd_bus_vtable *find_entry(const struct kind *kind,
				       const char *property)
{
	const sd_bus_vtable *entry = kind->vtable;

	while (entry->type != _SD_BUS_VTABLE_PROPERTY ||
	       strcmp(entry->x.property.member, property) != 0) {
		assert(entry->type != _SD_BUS_VTABLE_END);
		entry++;
	}
	return entry;
}

int property_get(sd_bus *bus _unused_, const char *path _unused_,
		 const char *interface _unused_, const char *property,
		 sd_bus_message *reply, void *userdata,
		 sd_bus_error *error _unused_)
{
	const struct exported *object = userdata;
	const struct kind *kind = object->export->kind;
	const char *signature =
		find_entry(kind, property)->x.property.signature;
	char fact[PROPERTY_NAME_MAX];
	struct search search = { .name = fact };
	int r;

	if (strcmp(signature, "a{sv}") == 0)
		return property_append_facts(reply, kind->details,
					     object->item);
	property_fact(kind, property, fact);
	kind->facts(object->item, on_fact, &search);
	r = search.failed ? -ENOMEM
			  : append_value(reply, signature, fact, search.value);
	free(search.value);
	return r;
}

bool property_is_signalled(const sd_bus_vtable *entry)
{
	return entry->type == _SD_BUS_VTABLE_PROPERTY &&
	       (entry->flags & SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE);
}

/* FNV-1a, with the NUL. */
uint64_t property_hash_text(uint64_t hash, const char *text)
{
	do {
		hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	} while (*text++);
	return hash;
}

struct hashes {
	const struct kind *kind;
	char facts[PROPERTY_MAX][PROPERTY_NAME_MAX];
	size_t n;
	uint64_t *values;
};

static void hash_fact(const char *name, const char *value,
		      bool is_number _unused_, void *userdata)
{
	struct hashes *hashes = userdata;

	for (size_t i = 0; i < hashes->n; i++)
		if (strcmp(hashes->facts[i], name) == 0)
			hashes->values[i] = property_hash_text(1, value);
}

static void hash_detail(const char *name, const char *value,
			bool is_number _unused_, void *userdata)
{
	uint64_t *hash = userdata;

	*hash = property_hash_text(property_hash_text(*hash, name), value);
}

void property_hash(const struct kind *kind, const void *item,
		   uint64_t ret[PROPERTY_MAX])
{
	struct hashes hashes = { .kind = kind, .values = ret };
	const sd_bus_vtable *entry = kind->vtable;

	for (; entry->type != _SD_BUS_VTABLE_END; entry++) {
		size_t i = hashes.n++;

		assert(i < PROPERTY_MAX);
		hashes.facts[i][0] = '\0';
		ret[i] = 0;
		if (!property_is_signalled(entry))
			continue;
		if (strcmp(entry->x.property.signature, "a{sv}") == 0)
			kind->details(item, hash_detail, &ret[i]);
		else
			property_fact(kind, entry->x.property.member,
				      hashes.facts[i]);
	}
	kind->facts(item, hash_fact, &hashes);
}
