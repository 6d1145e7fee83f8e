// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/lint.h"

#include <errno.h>
#include <string.h>

#include "basic/array.h"
#include "policy/condition.h"
#include "policy/fact.h"
#include "policy/file.h"
#include "policy/settings.h"

#define VALUES_MAX 256

static bool is_sound(const struct policy_file *file)
{
	return !file->uncertain && !policy_file_error(file);
}

/* It fits every device. */
static bool fits_always(const struct policy_condition *condition)
{
	bool all = condition->n_values == 0;

	for (size_t i = 0; i < condition->n_values; i++) {
		if (condition->values[i].negated)
			return false;
		all |= condition->setting->unknown == 0 &&
		       strcmp(condition->values[i].text, "*") == 0;
	}
	return all;
}

static bool file_fits_always(const struct policy_file *file)
{
	for (size_t i = 0; i < file->n_conditions; i++)
		if (!fits_always(&file->conditions[i]))
			return false;
	return true;
}

/* Every fact that @inner fits, @outer does, as far as that is easy to see. */
static bool value_covers(const struct policy_setting *setting,
			 const struct policy_value *outer,
			 const struct policy_value *inner)
{
	const struct policy_subject subject = { .device = inner->text };
	const struct policy_setting glob = {
		.offset = offsetof(struct policy_subject, device),
	};

	if (strcmp(outer->text, inner->text) == 0)
		return true;
	if (setting->fact->is_range)
		return outer->low <= inner->low && inner->high <= outer->high;
	return setting->fact == &policy_fact_string &&
	       !strpbrk(inner->text, "*?[\\") &&
	       policy_fact_string.fits(&glob, outer, &subject);
}

static bool any_covers(const struct policy_condition *outer,
		       const struct policy_value *inner)
{
	for (size_t i = 0; i < outer->n_values; i++)
		if (outer->values[i].negated == inner->negated &&
		    value_covers(outer->setting, &outer->values[i], inner))
			return true;
	return false;
}

/* Every value that excludes something in @outer excludes it in @inner, too. */
static bool exclusions_cover(const struct policy_condition *outer,
			     const struct policy_condition *inner)
{
	for (size_t i = 0; i < outer->n_values; i++) {
		bool found = !outer->values[i].negated;

		for (size_t j = 0; j < inner->n_values && !found; j++)
			found = inner->values[j].negated &&
				value_covers(outer->setting, &inner->values[j],
					     &outer->values[i]);
		if (!found)
			return false;
	}
	return true;
}

static size_t count_plain(const struct policy_condition *condition)
{
	size_t n = 0;

	for (size_t i = 0; i < condition->n_values; i++)
		n += !condition->values[i].negated;
	return n;
}

/* Every device that @inner fits, @outer does, as far as that is easy to see. */
static bool condition_covers(const struct policy_condition *outer,
			     const struct policy_condition *inner)
{
	/* Comparing such lists would take minutes, and nobody writes them. */
	if (outer->n_values > VALUES_MAX || inner->n_values > VALUES_MAX)
		return false;
	if (!exclusions_cover(outer, inner))
		return false;
	if (count_plain(outer) == 0)
		return true;
	if (count_plain(inner) == 0)
		return false;
	for (size_t i = 0; i < inner->n_values; i++)
		if (!inner->values[i].negated &&
		    !any_covers(outer, &inner->values[i]))
			return false;
	return true;
}

/* From the last condition on: there files tend to differ. */
static bool file_covers(const struct policy_file *outer,
			const struct policy_file *inner)
{
	/* One is compared with regions, the other with devices. */
	const bool differ =
		policy_file_lays_out(outer) != policy_file_lays_out(inner);

	for (size_t i = outer->n_conditions; i-- > 0;) {
		const struct policy_condition *c = &outer->conditions[i];
		const struct policy_condition *other;

		if (fits_always(c))
			continue;
		other = policy_file_find_condition(inner, c->setting);
		if (!other ||
		    (differ && policy_setting_is_of_device(c->setting)) ||
		    !condition_covers(c, other))
			return false;
	}
	return true;
}

/* It is meant to end the list, as the shipped file does. */
static bool is_last_resort(const struct policy_file *file)
{
	return file->use.mode == POLICY_MODE_KEEP && file->n_slices == 0 &&
	       file_fits_always(file);
}

static int check_reach(struct policy_set *set, size_t index)
{
	struct policy_file *file = set->files[index];

	if (!is_sound(file) || is_last_resort(file))
		return 0;
	for (size_t i = 0; i < index; i++) {
		const struct policy_file *earlier = set->files[i];

		if (!is_sound(earlier) || !file_covers(earlier, file))
			continue;
		return policy_source_report(
			file->sources[0], POLICY_WARNING, POLICY_WHOLE_FILE,
			"it never decides: all that fits it also fits %s, "
			"which comes first",
			policy_file_name(earlier));
	}
	return 0;
}

/* A name that a file gives by some setting, and where. */
struct claim {
	const char *name;
	struct policy_file *file;
	struct policy_origin origin;
	size_t index; /* of the file: sorting keeps their order */
};

struct claims {
	const struct policy_setting *setting;
	struct claim *items;
	size_t n;
};

/* Nothing where @use has no name, or one that has no effect. */
static int add_claim(struct claims *claims, const struct policy_use *use,
		     struct policy_file *file, struct policy_origin origin,
		     size_t index)
{
	char buf[POLICY_VALUE_MAX];
	const char *name = policy_setting_show(claims->setting, use, buf);

	if (!name || use->mode != claims->setting->mode)
		return 0;
	if (ARRAY_GROW(claims->items, claims->n) < 0)
		return -ENOMEM;
	claims->items[claims->n++] =
		(struct claim){ name, file, origin, index };
	return 0;
}

static int collect_claims(struct claims *claims, struct policy_file *file,
			  size_t index)
{
	int r = 0;

	if (file->n_slices == 0)
		return add_claim(
			claims, &file->use, file,
			file->origins[policy_setting_index(claims->setting)],
			index);
	for (size_t i = 0; i < file->n_slices && r == 0; i++) {
		const struct policy_device_section *slice = &file->slices[i];

		r = add_claim(
			claims, &slice->use, file,
			(struct policy_origin){ slice->source, slice->line, 1 },
			index);
	}
	return r;
}

static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	return r ? r : (x->index > y->index) - (x->index < y->index);
}

static int report_claims(const struct claims *claims)
{
	for (size_t i = 1; i < claims->n; i++) {
		const struct claim *one = &claims->items[i - 1];
		const struct claim *other = &claims->items[i];
		int r;

		if (strcmp(one->name, other->name) != 0 ||
		    one->file == other->file)
			continue;
		r = policy_source_report(
			policy_file_source(other->file, other->origin.file),
			POLICY_WARNING,
			(struct policy_position){ other->origin.line,
						  other->origin.column },
			"%s=%s is in %s:%u, too; unless both are for one "
			"device, neither gets the name",
			claims->setting->key, other->name, one->origin.file,
			one->origin.line);
		if (r < 0)
			return r;
	}
	return 0;
}

static int check_names(struct policy_set *set,
		       const struct policy_setting *setting)
{
	struct claims claims = { .setting = setting };
	int r = 0;

	for (size_t i = 0; i < set->n_files && r == 0; i++)
		if (is_sound(set->files[i]))
			r = collect_claims(&claims, set->files[i], i);
	if (claims.n > 0)
		qsort(claims.items, claims.n, sizeof(*claims.items),
		      compare_claims);
	if (r == 0)
		r = report_claims(&claims);
	free(claims.items);
	return r;
}

/* A name of nodes is all of theirs who have it. */
static int check_all_names(struct policy_set *set)
{
	int r = 0;

	for (const struct policy_setting *s = NULL;
	     (s = policy_settings_next_use(POLICY_SECTION_REGION, s));)
		if (policy_setting_is_name(s) &&
		    s->mode != POLICY_MODE_SYSTEM_RAM && r == 0)
			r = check_names(set, s);
	return r;
}

int policy_lint(struct policy_set *set)
{
	int r = 0;

	for (size_t i = 1; i < set->n_files && r == 0; i++)
		r = check_reach(set, i);
	if (r == 0)
		r = check_all_names(set);
	return r < 0 ? r : policy_set_finish(set);
}
