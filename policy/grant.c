// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/grant.h"

#include <assert.h>
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

#define SECTION_GRANT "Grant"
#define SECTION_REMNANT "Remnant"

#define NOBODY ((uid_t)-1)

static const char *const state_names[] = {
	[POLICY_GRANT_MAKING] = "making",
	[POLICY_GRANT_READY] = "ready",
	[POLICY_GRANT_ACTIVE] = "active",
	[POLICY_GRANT_DRAINING] = "draining",
	[POLICY_GRANT_RELEASING] = "releasing",
};

const char *policy_grant_state_name(enum policy_grant_state state)
{
	assert(state < POLICY_GRANT_STATES);
	return state_names[state];
}

void policy_grants_clear(struct policy_grants *grants)
{
	free(grants->items);
	free(grants->remnants);
	*grants = (struct policy_grants){ 0 };
}

/* The index of the first one whose id is not less. */
static size_t find_index(const struct policy_grants *grants, uint64_t id)
{
	size_t low = 0, high = grants->n;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (grants->items[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct policy_grant *policy_grants_find(const struct policy_grants *grants,
					uint64_t id)
{
	const size_t i = find_index(grants, id);

	return i < grants->n && grants->items[i].id == id ? &grants->items[i]
							  : NULL;
}

static bool overlaps(struct phys_range a, struct phys_range b)
{
	return a.start <= b.end && b.start <= a.end;
}

bool policy_grant_has(const struct policy_grant *grant, struct phys_range range)
{
	for (size_t i = 0; i < grant->n_ranges; i++)
		if (overlaps(grant->ranges[i], range))
			return true;
	return false;
}

const struct policy_grant *
policy_grants_find_at(const struct policy_grants *grants,
		      const struct phys_range *ranges, size_t n_ranges)
{
	for (size_t i = 0; i < grants->n; i++)
		for (size_t j = 0; j < n_ranges; j++)
			if (policy_grant_has(&grants->items[i], ranges[j]))
				return &grants->items[i];
	return NULL;
}

/* From its first byte to its last. */
static struct phys_range hull(const struct policy_grant *grant)
{
	return (struct phys_range){ grant->ranges[0].start,
				    grant->ranges[grant->n_ranges - 1].end };
}

static bool share_memory(const struct policy_grant *a,
			 const struct policy_grant *b)
{
	if (!overlaps(hull(a), hull(b)))
		return false;
	for (size_t i = 0; i < a->n_ranges; i++)
		if (policy_grant_has(b, a->ranges[i]))
			return true;
	return false;
}

/* As policy_use_parse_name() takes it. */
static bool is_name(const char name[POLICY_NAME_MAX])
{
	const size_t n = strnlen(name, POLICY_NAME_MAX);

	if (n == POLICY_NAME_MAX || !isalpha((unsigned char)name[0]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("_.-", name[i]))
			return false;
	return true;
}

/* It can be a value of a file, and is the same when it is read again. */
static bool is_unit(const char unit[POLICY_UNIT_MAX])
{
	const size_t n = strnlen(unit, POLICY_UNIT_MAX);

	for (size_t i = 0; i < n; i++)
		if (!isgraph((unsigned char)unit[i]))
			return false;
	return n < POLICY_UNIT_MAX && (n == 0 || unit[n - 1] != '\\');
}

static bool is_incarnation(const char word[POLICY_INCARNATION_MAX])
{
	const size_t n = strnlen(word, POLICY_INCARNATION_MAX);

	if (n == 0)
		return true;
	for (size_t i = 0; i < n; i++)
		if (!strchr("0123456789abcdef", word[i]))
			return false;
	return n == POLICY_INCARNATION_MAX - 1;
}

static bool are_ranges(const struct phys_range *ranges, size_t n)
{
	if (n == 0 || n > POLICY_GRANT_RANGES_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if (ranges[i].end < ranges[i].start ||
		    (i > 0 && ranges[i].start <= ranges[i - 1].end))
			return false;
	return true;
}

static bool is_sound(const struct policy_grant *grant)
{
	return grant->id != 0 && is_name(grant->pool) &&
	       grant->state < POLICY_GRANT_STATES &&
	       grant->clear < POLICY_CLEAR_COUNT &&
	       are_ranges(grant->ranges, grant->n_ranges) &&
	       grant->align != 0 && (grant->align & (grant->align - 1)) == 0 &&
	       grant->pid >= 0 && is_unit(grant->unit) &&
	       (!*grant->name || is_name(grant->name)) &&
	       is_incarnation(grant->incarnation);
}

/* Another one has memory of it. */
static bool is_taken(const struct policy_grants *grants,
		     const struct policy_grant *grant)
{
	for (size_t i = 0; i < grants->n; i++)
		if (grants->items[i].id != grant->id &&
		    share_memory(&grants->items[i], grant))
			return true;
	return false;
}

int policy_grants_put(struct policy_grants *grants,
		      const struct policy_grant *grant)
{
	const size_t i = find_index(grants, grant->id);
	struct policy_grant *there = policy_grants_find(grants, grant->id);

	if (!is_sound(grant))
		return -EINVAL;
	if (is_taken(grants, grant))
		return -EEXIST;
	if (there) {
		*there = *grant;
		return 0;
	}
	if (grants->n >= POLICY_GRANTS_MAX)
		return -ENOSPC;
	if (ARRAY_GROW(grants->items, grants->n) < 0)
		return -ENOMEM;
	memmove(&grants->items[i + 1], &grants->items[i],
		(grants->n - i) * sizeof(*grants->items));
	grants->items[i] = *grant;
	grants->n++;
	return 0;
}

void policy_grants_drop(struct policy_grants *grants, uint64_t id)
{
	const size_t i = find_index(grants, id);

	if (i == grants->n || grants->items[i].id != id)
		return;
	grants->n--;
	memmove(&grants->items[i], &grants->items[i + 1],
		(grants->n - i) * sizeof(*grants->items));
}

int policy_grants_add_remnant(struct policy_grants *grants,
			      const struct policy_remnant *remnant)
{
	size_t i = grants->n_remnants;

	if (remnant->range.end < remnant->range.start ||
	    !is_incarnation(remnant->incarnation))
		return -EINVAL;
	while (i > 0 &&
	       grants->remnants[i - 1].range.start > remnant->range.start)
		i--;
	if ((i > 0 &&
	     overlaps(grants->remnants[i - 1].range, remnant->range)) ||
	    (i < grants->n_remnants &&
	     overlaps(grants->remnants[i].range, remnant->range)))
		return -EEXIST;
	if (grants->n_remnants >= POLICY_REMNANTS_MAX)
		return -ENOSPC;
	if (ARRAY_GROW(grants->remnants, grants->n_remnants) < 0)
		return -ENOMEM;
	memmove(&grants->remnants[i + 1], &grants->remnants[i],
		(grants->n_remnants - i) * sizeof(*grants->remnants));
	grants->remnants[i] = *remnant;
	grants->n_remnants++;
	return 0;
}

int policy_grants_copy(const struct policy_grants *from,
		       struct policy_grants *ret)
{
	struct policy_grants copy = { 0 };

	for (; copy.n < from->n; copy.n++) {
		if (ARRAY_GROW(copy.items, copy.n) < 0)
			goto fail;
		copy.items[copy.n] = from->items[copy.n];
	}
	for (; copy.n_remnants < from->n_remnants; copy.n_remnants++) {
		if (ARRAY_GROW(copy.remnants, copy.n_remnants) < 0)
			goto fail;
		copy.remnants[copy.n_remnants] =
			from->remnants[copy.n_remnants];
	}
	*ret = copy;
	return 0;
fail:
	policy_grants_clear(&copy);
	return -ENOMEM;
}

static void print_range(FILE *f, struct phys_range range)
{
	fprintf(f, "%#" PRIx64 "-%#" PRIx64, range.start, range.end);
}

static void print_client(FILE *f, const struct policy_grant *grant)
{
	fprintf(f, "User=%u\n", grant->uid);
	if (grant->pid)
		fprintf(f, "Process=%d\n", (int)grant->pid);
	if (*grant->unit)
		fprintf(f, "Unit=%s\n", grant->unit);
	if (*grant->name)
		fprintf(f, "Name=%s\n", grant->name);
}

static void print_grant(FILE *f, const struct policy_grant *grant)
{
	fprintf(f,
		"\n[" SECTION_GRANT "]\nId=%016" PRIx64
		"\nPool=%s\nState=%s\nClear=%s\nRanges=",
		grant->id, grant->pool, policy_grant_state_name(grant->state),
		policy_clear_words[grant->clear]);
	for (size_t i = 0; i < grant->n_ranges; i++) {
		fputs(i ? " " : "", f);
		print_range(f, grant->ranges[i]);
	}
	fprintf(f, "\nAlign=%" PRIu64 "\n", grant->align);
	print_client(f, grant);
	if (*grant->incarnation)
		fprintf(f, "Incarnation=%s\n", grant->incarnation);
	if (grant->revocable)
		fputs("Revocable=yes\n", f);
	if (grant->path)
		fputs("Path=yes\n", f);
	if (grant->deadline)
		fprintf(f, "Deadline=%" PRIu64 "\n", grant->deadline);
	if (grant->since)
		fprintf(f, "Since=%" PRIu64 "\n", grant->since);
}

static void print_remnant(FILE *f, const struct policy_remnant *remnant)
{
	fputs("\n[" SECTION_REMNANT "]\nRange=", f);
	print_range(f, remnant->range);
	fputc('\n', f);
	if (remnant->uid != NOBODY)
		fprintf(f, "User=%u\n", remnant->uid);
	if (*remnant->incarnation)
		fprintf(f, "Incarnation=%s\n", remnant->incarnation);
}

char *policy_grants_print(const struct policy_grants *grants)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);

	if (!f)
		return NULL;
	fputs("# Written by daxbrokerd: what leases have.\n", f);
	for (size_t i = 0; i < grants->n; i++)
		print_grant(f, &grants->items[i]);
	for (size_t i = 0; i < grants->n_remnants; i++)
		print_remnant(f, &grants->remnants[i]);
	return text_stream_take(&stream);
}

enum part { PART_NONE, PART_GRANT, PART_REMNANT };

/* What is read, and the section so far. */
struct reader {
	struct policy_grants *grants;
	enum part part;
	struct policy_grant grant;
	struct policy_remnant remnant;
	bool has_range;
};

static int take_id(const char *value, uint64_t *ret)
{
	char *end;

	if (strlen(value) != 16 ||
	    value[strspn(value, "0123456789abcdef")] != '\0')
		return -EINVAL;
	*ret = strtoull(value, &end, 16);
	return *ret ? 0 : -EINVAL;
}

/* @size is that of the array, with its NUL. */
static int take_text(const char *value, char *ret, size_t size)
{
	const size_t n = strlen(value);

	if (n >= size)
		return -EINVAL;
	memset(ret, 0, size);
	memcpy(ret, value, n);
	return 0;
}

static int take_state(const char *value, enum policy_grant_state *ret)
{
	for (unsigned int i = 0; i < POLICY_GRANT_STATES; i++)
		if (strcmp(policy_grant_state_name(i), value) == 0) {
			*ret = i;
			return 0;
		}
	return -EINVAL;
}

static int take_clear(const char *value, enum policy_clear *ret)
{
	for (unsigned int i = 0; i < POLICY_CLEAR_COUNT; i++)
		if (strcmp(policy_clear_words[i], value) == 0) {
			*ret = i;
			return 0;
		}
	return -EINVAL;
}

static int take_ranges(const char *value, struct policy_grant *grant)
{
	_cleanup_free_ char *copy = strdup(value);
	char *rest = NULL;
	int r = copy ? 0 : -ENOMEM;

	grant->n_ranges = 0;
	for (char *word = copy ? strtok_r(copy, " ", &rest) : NULL;
	     word && r == 0; word = strtok_r(NULL, " ", &rest)) {
		if (grant->n_ranges == POLICY_GRANT_RANGES_MAX)
			return -EINVAL;
		r = parse_phys_range(word, &grant->ranges[grant->n_ranges++]);
	}
	return r;
}

/* No more than @max. */
static int take_number(const char *value, uint64_t max, uint64_t *ret)
{
	uint64_t number;

	if (parse_u64(value, &number) < 0 || number > max)
		return -EINVAL;
	*ret = number;
	return 0;
}

static int take_user(const char *value, uid_t *ret)
{
	uint64_t number;
	int r = take_number(value, UINT32_MAX - 1, &number);

	if (r == 0)
		*ret = (uid_t)number;
	return r;
}

static int take_process(const char *value, pid_t *ret)
{
	uint64_t number;
	int r = take_number(value, INT32_MAX, &number);

	if (r == 0)
		*ret = (pid_t)number;
	return r;
}

static int take_flag(const char *value, bool *ret)
{
	*ret = strcmp(value, "yes") == 0;
	return *ret || strcmp(value, "no") == 0 ? 0 : -EINVAL;
}

static int take_of_client(const char *key, const char *value,
			  struct policy_grant *grant)
{
	if (strcmp(key, "User") == 0)
		return take_user(value, &grant->uid);
	if (strcmp(key, "Process") == 0)
		return take_process(value, &grant->pid);
	if (strcmp(key, "Unit") == 0)
		return take_text(value, grant->unit, sizeof(grant->unit));
	if (strcmp(key, "Name") == 0)
		return take_text(value, grant->name, sizeof(grant->name));
	if (strcmp(key, "Incarnation") == 0)
		return take_text(value, grant->incarnation,
				 sizeof(grant->incarnation));
	if (strcmp(key, "Revocable") == 0)
		return take_flag(value, &grant->revocable);
	if (strcmp(key, "Path") == 0)
		return take_flag(value, &grant->path);
	if (strcmp(key, "Deadline") == 0)
		return take_number(value, UINT64_MAX, &grant->deadline);
	if (strcmp(key, "Since") == 0)
		return take_number(value, UINT64_MAX, &grant->since);
	return -EINVAL;
}

static int take_of_grant(const char *key, const char *value,
			 struct policy_grant *grant)
{
	if (strcmp(key, "Id") == 0)
		return take_id(value, &grant->id);
	if (strcmp(key, "Pool") == 0)
		return take_text(value, grant->pool, sizeof(grant->pool));
	if (strcmp(key, "State") == 0)
		return take_state(value, &grant->state);
	if (strcmp(key, "Clear") == 0)
		return take_clear(value, &grant->clear);
	if (strcmp(key, "Ranges") == 0)
		return take_ranges(value, grant);
	if (strcmp(key, "Align") == 0)
		return take_number(value, UINT64_MAX, &grant->align);
	return take_of_client(key, value, grant);
}

static int take_of_remnant(const char *key, const char *value,
			   struct reader *reader)
{
	struct policy_remnant *remnant = &reader->remnant;

	if (strcmp(key, "Range") == 0) {
		reader->has_range = true;
		return parse_phys_range(value, &remnant->range);
	}
	if (strcmp(key, "User") == 0)
		return take_user(value, &remnant->uid);
	if (strcmp(key, "Incarnation") == 0)
		return take_text(value, remnant->incarnation,
				 sizeof(remnant->incarnation));
	return -EINVAL;
}

/* The section that ends here. */
static int finish(struct reader *reader)
{
	if (reader->part == PART_REMNANT)
		return reader->has_range
			       ? policy_grants_add_remnant(reader->grants,
							   &reader->remnant)
			       : -EINVAL;
	if (reader->part == PART_NONE)
		return 0;
	if (policy_grants_find(reader->grants, reader->grant.id))
		return -EINVAL;
	return policy_grants_put(reader->grants, &reader->grant);
}

/* What has to be said has no value yet that would pass. */
static int begin(struct reader *reader, const char *section)
{
	reader->grant = (struct policy_grant){ .state = POLICY_GRANT_STATES };
	reader->remnant = (struct policy_remnant){ .uid = NOBODY };
	reader->has_range = false;
	if (strcmp(section, SECTION_GRANT) == 0)
		reader->part = PART_GRANT;
	else if (strcmp(section, SECTION_REMNANT) == 0)
		reader->part = PART_REMNANT;
	else
		return -EINVAL;
	return 0;
}

static int take(struct reader *reader, const struct ini_item *item)
{
	int r;

	switch (item->kind) {
	case INI_SECTION:
		r = finish(reader);
		return r < 0 ? r : begin(reader, item->name);
	case INI_ASSIGNMENT:
		if (reader->part == PART_GRANT)
			return take_of_grant(item->name, item->value,
					     &reader->grant);
		if (reader->part == PART_REMNANT)
			return take_of_remnant(item->name, item->value, reader);
		break;
	case INI_FAULT:
		break;
	}
	return -EINVAL;
}

int policy_grants_parse(struct policy_grants *grants, const char *text,
			size_t size)
{
	struct reader reader = { .grants = grants };
	struct ini_reader ini;
	struct ini_item item;
	const char *what;
	int r;

	if (text_fault(text, size, &what))
		return -EINVAL;
	r = ini_reader_init(&ini, text, size);
	if (r < 0)
		return r;
	while (r == 0 && ini_next(&ini, &item))
		r = take(&reader, &item);
	if (r == 0)
		r = finish(&reader);
	ini_reader_done(&ini);
	return r == -ERANGE ? -EINVAL : r;
}
