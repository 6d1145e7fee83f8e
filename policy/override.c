// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/override.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/cleanup.h"
#include "basic/parse.h"
#include "basic/text-stream.h"
#include "basic/text.h"
#include "policy/syntax/ini.h"

#define SECTION "Override"

void policy_overrides_clear(struct policy_overrides *overrides)
{
	for (size_t i = 0; i < overrides->n; i++)
		free(overrides->items[i].identity);
	free(overrides->items);
	*overrides = (struct policy_overrides){ 0 };
}

static size_t find(const struct policy_overrides *overrides,
		   const char *identity)
{
	size_t i = 0;

	while (i < overrides->n &&
	       strcmp(overrides->items[i].identity, identity) != 0)
		i++;
	return i;
}

const struct policy_override *
policy_overrides_find(const struct policy_overrides *overrides,
		      const char *identity)
{
	const size_t i = find(overrides, identity);

	return i < overrides->n ? &overrides->items[i] : NULL;
}

/* It can be a value of a file, and is the same when it is read again. */
static bool is_identity(const char *identity)
{
	const size_t length = strlen(identity);

	for (size_t i = 0; i < length; i++)
		if (!isgraph((unsigned char)identity[i]) || identity[i] == '\\')
			return false;
	return length > 0 && length < POLICY_IDENTITY_MAX;
}

static bool is_too_many(const struct policy_overrides *overrides, uid_t uid)
{
	size_t n = 0;

	for (size_t i = 0; i < overrides->n; i++)
		n += overrides->items[i].uid == uid;
	return overrides->n >= POLICY_OVERRIDES_MAX ||
	       (uid != 0 && n >= POLICY_OVERRIDES_OF_USER);
}

static int add(struct policy_overrides *overrides,
	       const struct policy_override *override)
{
	struct policy_override *item;

	if (ARRAY_GROW(overrides->items, overrides->n) < 0)
		return -ENOMEM;
	item = &overrides->items[overrides->n];
	*item = *override;
	item->identity = strdup(override->identity);
	if (!item->identity)
		return -ENOMEM;
	overrides->n++;
	return 0;
}

static void drop(struct policy_overrides *overrides, size_t index)
{
	free(overrides->items[index].identity);
	overrides->n--;
	memmove(&overrides->items[index], &overrides->items[index + 1],
		(overrides->n - index) * sizeof(*overrides->items));
}

int policy_overrides_put(struct policy_overrides *overrides,
			 const struct policy_override *override)
{
	const size_t before = find(overrides, override->identity);
	int r;

	if (!is_identity(override->identity))
		return -EINVAL;
	if ((before == overrides->n ||
	     overrides->items[before].uid != override->uid) &&
	    is_too_many(overrides, override->uid))
		return -EDQUOT;
	r = add(overrides, override);
	if (r == 0 && before < overrides->n - 1)
		drop(overrides, before);
	return r;
}

int policy_overrides_drop(struct policy_overrides *overrides,
			  const char *identity)
{
	const size_t i = find(overrides, identity);

	if (i == overrides->n)
		return -ENOENT;
	drop(overrides, i);
	return 0;
}

int policy_overrides_copy(const struct policy_overrides *from,
			  struct policy_overrides *ret)
{
	struct policy_overrides copy = { 0 };

	for (size_t i = 0; i < from->n; i++) {
		if (add(&copy, &from->items[i]) == 0)
			continue;
		policy_overrides_clear(&copy);
		return -ENOMEM;
	}
	*ret = copy;
	return 0;
}

bool policy_overrides_expire(struct policy_overrides *overrides, uint64_t now)
{
	const size_t before = overrides->n;

	for (size_t i = overrides->n; i-- > 0;)
		if (overrides->items[i].until &&
		    overrides->items[i].until <= now)
			drop(overrides, i);
	return overrides->n != before;
}

uint64_t policy_overrides_next(const struct policy_overrides *overrides)
{
	uint64_t next = 0;

	for (size_t i = 0; i < overrides->n; i++) {
		const uint64_t until = overrides->items[i].until;

		if (until && (!next || until < next))
			next = until;
	}
	return next;
}

static void print(FILE *f, const struct policy_override *override)
{
	fprintf(f, "\n[" SECTION "]\nDevice=%s\nMode=%s\nUser=%u\n",
		override->identity, policy_mode_name(override->mode),
		override->uid);
	if (override->until)
		fprintf(f, "Until=%" PRIu64 "\n", override->until);
}

char *policy_overrides_print(const struct policy_overrides *overrides,
			     enum policy_override_scope scope)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);

	if (!f)
		return NULL;
	fputs("# Written by daxbrokerd: see \"set\" in daxbroker(1).\n", f);
	for (size_t i = 0; i < overrides->n; i++)
		if (overrides->items[i].scope == scope)
			print(f, &overrides->items[i]);
	return text_stream_take(&stream);
}

static int parse_mode(const char *value, enum policy_mode *ret)
{
	for (unsigned int i = 0; policy_device_mode_words[i]; i++)
		if (strcmp(policy_device_mode_words[i], value) == 0) {
			*ret = i;
			return 0;
		}
	return -EINVAL;
}

static int parse_user(const char *value, uid_t *ret)
{
	uint64_t number;

	if (parse_u64(value, &number) < 0 || number >= UINT32_MAX)
		return -EINVAL;
	*ret = (uid_t)number;
	return 0;
}

/* What a section has so far; identity is the reader's. */
static int take(const struct ini_item *item, struct policy_override *override)
{
	if (strcmp(item->name, "Device") == 0) {
		override->identity = (char *)item->value;
		return 0;
	}
	if (strcmp(item->name, "Mode") == 0)
		return parse_mode(item->value, &override->mode);
	if (strcmp(item->name, "User") == 0)
		return parse_user(item->value, &override->uid);
	if (strcmp(item->name, "Until") == 0)
		return parse_u64(item->value, &override->until);
	return -EINVAL;
}

static int finish(struct policy_overrides *overrides,
		  const struct policy_override *override)
{
	if (override->mode == POLICY_MODE_COUNT) /* before the first section */
		return override->identity ? -EINVAL : 0;
	return override->identity ? policy_overrides_put(overrides, override)
				  : -EINVAL;
}

static int parse(struct policy_overrides *overrides,
		 enum policy_override_scope scope, struct ini_reader *reader)
{
	struct policy_override next = { .mode = POLICY_MODE_COUNT };
	struct ini_item item;
	int r = 0;

	while (r == 0 && ini_next(reader, &item)) {
		if (item.kind == INI_ASSIGNMENT) {
			r = take(&item, &next);
			continue;
		}
		if (item.kind != INI_SECTION || strcmp(item.name, SECTION) != 0)
			return -EINVAL;
		r = finish(overrides, &next);
		next = (struct policy_override){ .scope = scope,
						 .mode = POLICY_MODE_KEEP };
	}
	return r < 0 ? r : finish(overrides, &next);
}

int policy_overrides_parse(struct policy_overrides *overrides,
			   enum policy_override_scope scope, const char *text,
			   size_t size)
{
	struct ini_reader reader;
	const char *what;
	int r;

	if (text_fault(text, size, &what))
		return -EINVAL;
	r = ini_reader_init(&reader, text, size);
	if (r < 0)
		return r;
	r = parse(overrides, scope, &reader);
	ini_reader_done(&reader);
	return r;
}
