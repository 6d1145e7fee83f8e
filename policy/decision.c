// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/decision.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/file.h"
#include "policy/match.h"
#include "policy/pool-layout.h"
#include "policy/set.h"
#include "policy/settings.h"

/* The index of the first file that does not differ; or that of the last one, or
 * 0 where there is none. */
static size_t find_last(const struct policy_set *set,
			const struct policy_subject *subject)
{
	for (size_t i = 0; i < set->n_files; i++)
		if (i + 1 == set->n_files ||
		    policy_match_answer(set->files[i], subject) !=
			    POLICY_DIFFERS)
			return i;
	return 0;
}

/* What the file says with which the search ends. Returns 0 and in *ret the
 * reason, NULL where there are no files; or -ENOMEM. */
static int search(const struct policy_set *set,
		  const struct policy_subject *subject, size_t *ret_n_asked,
		  struct policy_reason **ret)
{
	_cleanup_free_ struct policy_reason *reason = NULL;
	size_t last = find_last(set, subject);
	int r;

	*ret = NULL;
	*ret_n_asked = 0;
	if (set->n_files == 0)
		return 0;
	reason = malloc(sizeof(*reason));
	if (!reason)
		return -ENOMEM;
	r = policy_match_ask(set->files[last], subject, reason);
	if (r < 0)
		return r;
	*ret_n_asked = last + 1;
	*ret = TAKE_PTR(reason);
	return 0;
}

static void expand_layout(const struct policy_decision *decision,
			  const struct policy_subject *subject)
{
	for (size_t i = 0; i < decision->layout->n_slices; i++)
		policy_use_expand(&decision->layout->slices[i].use,
				  subject->target_node);
}

/* The device is no slice of the layout yet, so nothing is said of it that
 * slices can differ in. */
static int take_layout(struct policy_decision *decision,
		       const struct policy_file *file,
		       const struct policy_subject *subject)
{
	const struct policy_use none = { POLICY_MODE_KEEP };
	int r;

	policy_settings_copy_use(&decision->use, &none, NULL);
	r = policy_layout_make(file->slices, file->n_slices, &subject->extent,
			       &decision->layout);
	if (r == 0)
		expand_layout(decision, subject);
	return r;
}

/* A device that cannot be laid out is of a lease as a whole, or idle. */
static void take_static(struct policy_decision *decision,
			const struct policy_grant *grant,
			const struct policy_subject *subject)
{
	decision->use = grant ? policy_pool_layout_use(decision->pool, grant)
			      : decision->pool->use;
	policy_use_expand(&decision->use, subject->target_node);
}

/* What a decision is made of. */
struct asked {
	const struct policy_set *set;
	const struct policy_subject *subject;
	const struct policy_decision *first; /* of the region, or NULL */
};

static int take_pool(struct policy_decision *decision,
		     const struct asked *asked, const struct policy_file *file,
		     const struct policy_grant *grant)
{
	const struct policy_decision *first = asked->first;
	const struct policy_subject *subject = asked->subject;
	const struct policy_use none = { POLICY_MODE_KEEP };
	int r;

	decision->pool = &file->pool;
	if (!subject->extent.dynamic) {
		take_static(decision, grant, subject);
		return 0;
	}
	policy_settings_copy_use(&decision->use, &none, NULL);
	if (first && first->pool == decision->pool && first->layout) {
		decision->layout = policy_layout_share(first->layout);
		return 0;
	}
	r = policy_pool_layout_make(&file->pool, &subject->extent,
				    &asked->set->grants, &decision->layout);
	if (r == 0)
		expand_layout(decision, subject);
	return r;
}

/* What a lease has is not taken from it when its pool is gone. */
static void keep_for_grant(struct policy_decision *decision)
{
	const struct policy_use none = { POLICY_MODE_KEEP };

	policy_settings_copy_use(&decision->use, &none, NULL);
}

static int take_file(struct policy_decision *decision,
		     const struct asked *asked, const struct policy_file *file)
{
	const struct policy_subject *subject = asked->subject;
	const struct policy_grant *grant = policy_grants_find_at(
		&asked->set->grants, subject->ranges, subject->n_ranges);

	decision->grant = grant ? grant->id : 0;
	decision->use = file->use;
	policy_use_expand(&decision->use, subject->target_node);
	decision->file = policy_file_name(file);
	decision->origins = file->origins;
	if (file->use.mode == POLICY_MODE_POOL &&
	    (!grant || strcmp(grant->pool, file->pool.name) == 0))
		return take_pool(decision, asked, file, grant);
	if (grant)
		keep_for_grant(decision);
	else if (file->n_slices > 0)
		return take_layout(decision, file, subject);
	return 0;
}

static int foresee(struct policy_decision *decision,
		   const struct policy_set *set,
		   const struct policy_subject *subject)
{
	struct policy_subject later = *subject;
	size_t n_asked;
	int r;

	if (!subject->fleeting ||
	    policy_decision_answer(decision) == POLICY_UNDECIDED)
		return 0;
	later.unknown |= subject->fleeting;
	r = search(set, &later, &n_asked, &decision->later);
	if (r == 0 && decision->later &&
	    decision->later->answer != POLICY_UNDECIDED)
		decision->later = policy_reason_free(decision->later);
	return r;
}

/*
 * What else the files say of the device goes for a mode of theirs. Where it
 * becomes system RAM by a person's word, it is so that it can be undone.
 */
static void apply_override(struct policy_decision *decision)
{
	const struct policy_override *override = decision->override;
	struct policy_use *use = &decision->use;

	if (!override)
		return;
	decision->file_mode = use->mode;
	if (override->mode == POLICY_MODE_SYSTEM_RAM &&
	    use->mode != POLICY_MODE_SYSTEM_RAM)
		use->zone = POLICY_ZONE_MOVABLE;
	use->mode = override->mode;
	use->present = POLICY_PRESENT_APPLY;
}

/* Facts of which the identity that overrides have is made. */
#define IDENTIFYING                                      \
	(POLICY_UNKNOWN_PROVIDER | POLICY_UNKNOWN_UUID | \
	 POLICY_UNKNOWN_RANGES | POLICY_UNKNOWN_SERIAL)

static void take_override(struct policy_decision *decision,
			  const struct policy_set *set,
			  const struct policy_subject *subject)
{
	const struct policy_override *override =
		subject->identity ? policy_overrides_find(&set->overrides,
							  subject->identity)
				  : NULL;

	/* A lease that runs comes before a person's word. */
	if (decision->grant)
		return;
	if (!override) {
		decision->override_unknown = set->overrides.n > 0 &&
					     (subject->unknown & IDENTIFYING);
		return;
	}
	decision->word = *override;
	decision->word.identity = NULL;
	decision->override = &decision->word;
	decision->faulty = false;
	decision->later = policy_reason_free(decision->later);
	apply_override(decision);
}

int policy_decision_make(const struct policy_set *set,
			 const struct policy_subject *subject,
			 struct policy_decision **ret)
{
	return policy_decision_make_beside(set, subject, NULL, ret);
}

int policy_decision_make_beside(const struct policy_set *set,
				const struct policy_subject *subject,
				const struct policy_decision *first,
				struct policy_decision **ret)
{
	const struct asked asked = { set, subject, first };
	_cleanup_policy_decision_ struct policy_decision *decision =
		calloc(1, sizeof(*decision));
	int r;

	if (!decision)
		return -ENOMEM;
	decision->limits = policy_set_limits(set);
	decision->exclusion = policy_limits_exclusion(
		decision->limits, subject, &decision->exclusion_unknown);
	r = search(set, subject, &decision->n_asked, &decision->last);
	if (r == 0)
		r = foresee(decision, set, subject);
	if (r == 0 && policy_decision_answer(decision) == POLICY_FITS)
		r = take_file(decision, &asked,
			      set->files[decision->n_asked - 1]);
	if (r < 0)
		return r;
	decision->faulty = policy_decision_answer(decision) == POLICY_IN_ERROR;
	take_override(decision, set, subject);
	/* Until it is a slice of that lease. */
	if (decision->layout)
		decision->grant = 0;
	*ret = TAKE_PTR(decision);
	return 0;
}

enum policy_answer
policy_decision_answer(const struct policy_decision *decision)
{
	return decision->last ? decision->last->answer : POLICY_DIFFERS;
}

void policy_decision_take_slice(struct policy_decision *decision,
				const struct policy_slice *slice)
{
	decision->slice = slice;
	decision->use = slice->use;
	decision->grant = slice->grant;
	apply_override(decision);
}

struct policy_origin
policy_decision_origin(const struct policy_decision *decision, const char *key)
{
	const struct policy_setting *setting =
		policy_setting_find(POLICY_SECTION_REGION, key);

	assert(setting);
	if (decision->slice || !decision->origins)
		return (struct policy_origin){ .file = decision->file };
	return decision->origins[policy_setting_index(setting)];
}

void policy_decision_free(struct policy_decision *decision)
{
	if (!decision)
		return;
	if (decision->layout)
		policy_layout_free(decision->layout);
	policy_reason_free(decision->later);
	policy_reason_free(decision->last);
	free(decision);
}
