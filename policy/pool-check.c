// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/pool-check.h"

#include <string.h>

#include "policy/settings.h"

#define report(file, ...)                                                    \
	policy_source_report(                                                \
		policy_file_source(file, (file)->pool.source), POLICY_ERROR, \
		(struct policy_position){ (file)->pool.line, 1 }, __VA_ARGS__)

static const struct policy_origin *mode_origin(const struct policy_file *file)
{
	return &file->origins[policy_setting_index(
		policy_setting_find(POLICY_SECTION_REGION, "Mode"))];
}

/* Idle memory of a static region has a device, which is nobody's. */
static void inherit(const struct policy_file *file, struct policy_pool *pool)
{
	struct policy_use use = file->use;

	for (const struct policy_setting *s = NULL;
	     (s = policy_settings_next_use(POLICY_SECTION_POOL, s));)
		if (policy_mask_has(&pool->assigned, policy_setting_index(s)))
			memcpy((char *)&use + s->offset,
			       (const char *)&pool->use + s->offset, s->size);
	use.mode = POLICY_MODE_SYSTEM_RAM;
	policy_settings_trim_use(&use);
	use.exclusive = POLICY_EXCLUSIVE_NO;
	use.fork_inheritance = POLICY_FORK_INHERIT;
	if (pool->idle == POLICY_IDLE_FREE) {
		use.mode = POLICY_MODE_DEVDAX;
		policy_settings_trim_use(&use);
	}
	pool->use = use;
}

static int check_lone_mode(struct policy_file *file)
{
	const struct policy_origin *origin = mode_origin(file);

	if (file->use.mode != POLICY_MODE_POOL || !origin->file)
		return 0;
	return policy_source_report(
		policy_file_source(file, origin->file), POLICY_ERROR,
		(struct policy_position){ origin->line, origin->column },
		"Mode=pool needs a section [Pool] with a Name=");
}

static int check_lease_sizes(struct policy_file *file)
{
	const struct policy_pool *pool = &file->pool;

	if (pool->max_lease && pool->min_lease > pool->max_lease)
		return report(file, "MinLease= of this [Pool] is larger than "
				    "its MaxLease=");
	if (pool->max_per_user && pool->min_lease > pool->max_per_user)
		return report(file, "MinLease= of this [Pool] is larger than "
				    "its MaxPerUser=");
	return 0;
}

int policy_pool_check(struct policy_file *file)
{
	struct policy_pool *pool = &file->pool;
	int r = 0;

	if (file->uncertain)
		return 0;
	if (!pool->source)
		return check_lone_mode(file);
	inherit(file, pool);
	if (file->use.mode != POLICY_MODE_POOL)
		r = report(file, "[Pool] counts only with Mode=pool in "
				 "[Region]");
	if (r == 0 && !*pool->name)
		r = report(file, "this [Pool] has no Name=");
	if (r == 0 && file->n_slices > 0)
		r = report(file, "a pool makes its devices itself, so there "
				 "can be no [Device]");
	return r < 0 ? r : check_lease_sizes(file);
}

static bool same_list(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* What leases are given by; where idle memory goes can differ. */
static bool is_same(const struct policy_pool *a, const struct policy_pool *b)
{
	return a->idle == b->idle && a->scrub == b->scrub &&
	       a->granule == b->granule && a->reserve == b->reserve &&
	       a->min_lease == b->min_lease && a->max_lease == b->max_lease &&
	       a->max_per_user == b->max_per_user &&
	       same_list(a->users, b->users) && same_list(a->groups, b->groups);
}

static bool is_sound_pool(const struct policy_file *file)
{
	return file->pool.source && !file->uncertain &&
	       !policy_file_error(file);
}

static int check_against(struct policy_file *file,
			 const struct policy_file *first)
{
	const struct policy_pool *pool = &first->pool;

	if (!is_sound_pool(first) || strcmp(file->pool.name, pool->name) != 0 ||
	    is_same(&file->pool, pool))
		return 0;
	return report(file,
		      "pool %s is another in %s:%u, which comes first; all "
		      "[Pool] sections of one pool say the same, but for Zone= "
		      "and NodeName=",
		      pool->name, pool->source, pool->line);
}

int policy_pool_check_set(struct policy_set *set)
{
	int r = 0;

	for (size_t i = 1; i < set->n_files && r == 0; i++)
		for (size_t j = 0;
		     j < i && r == 0 && is_sound_pool(set->files[i]); j++)
			r = check_against(set->files[i], set->files[j]);
	return r;
}
