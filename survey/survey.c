// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/survey.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/text.h"
#include "facts/content-load.h"
#include "facts/holders.h"
#include "facts/snapshot-read.h"
#include "plan/bystander.h"
#include "plan/device-plan.h"
#include "plan/relayout.h"
#include "policy/persistent.h"
#include "policy/set-load.h"
#include "survey/device-subject.h"

/* Of the region of the item at @index; NULL: it is the first one there. */
static const struct policy_decision *
decision_before(const struct survey *survey, size_t index)
{
	const struct plan_item *items = survey->items;

	return index > 0 && items[index - 1].device->region ==
				       items[index].device->region
		       ? items[index - 1].decision
		       : NULL;
}

static int decide_all(struct survey *survey, const struct policy_set *policies)
{
	const struct facts_snapshot *snapshot = survey->snapshot;
	int r;

	for (size_t i = 0; i < survey->n_items; i++) {
		struct plan_item *item = &survey->items[i];
		struct policy_subject subject;

		item->device = &snapshot->devices[i];
		subject = survey_device_subject(snapshot, item->device);
		r = policy_decision_make_beside(policies, &subject,
						decision_before(survey, i),
						&item->decision);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool waits_for_content(const struct policy_decision *decision)
{
	const struct policy_reason *last = decision->last;

	return last && last->answer == POLICY_UNDECIDED && last->key &&
	       strcmp(last->key, "Content") == 0;
}

static bool gives_up_all(const struct policy_decision *decision)
{
	return decision->use.persistent == POLICY_PERSISTENT_OVERWRITE;
}

/* Memory of a pool is cleared between leases. */
static bool is_of_pool(const struct survey *survey,
		       const struct plan_item *item)
{
	return item->decision->pool &&
	       facts_device_region(survey->snapshot, item->device)->provider !=
		       FACTS_PROVIDER_PMEM;
}

static bool is_excluded(const struct policy_decision *decision)
{
	return decision->exclusion || decision->exclusion_unknown;
}

/* Only then is a device opened: what is kept is not touched. */
static bool needs_content(const struct survey *survey,
			  const struct plan_item *item)
{
	const struct policy_decision *decision = item->decision;

	if (is_excluded(decision))
		return false;
	return (decision->use.mode == POLICY_MODE_SYSTEM_RAM &&
		!gives_up_all(decision) && !is_of_pool(survey, item)) ||
	       waits_for_content(decision);
}

static int decide_anew(struct survey *survey, size_t index,
		       const struct policy_set *policies)
{
	struct plan_item *item = &survey->items[index];
	const struct policy_subject subject =
		survey_device_subject(survey->snapshot, item->device);

	policy_decision_free(TAKE_PTR(item->decision));
	return policy_decision_make_beside(policies, &subject,
					   decision_before(survey, index),
					   &item->decision);
}

/* A decision that waits for what a device holds is made anew. */
static int decide_by_content(int root_fd, struct survey *survey,
			     const struct policy_set *policies)
{
	_cleanup_free_ bool *wanted = calloc(survey->n_items + 1, sizeof(bool));
	int r = 0;

	if (!wanted)
		return -ENOMEM;
	for (size_t i = 0; i < survey->n_items; i++)
		wanted[i] = needs_content(survey, &survey->items[i]);
	content_load(root_fd, survey->snapshot, wanted);
	for (size_t i = 0; i < survey->n_items && r == 0; i++)
		if (wanted[i] && waits_for_content(survey->items[i].decision))
			r = decide_anew(survey, i, policies);
	return r;
}

static int layout_all(struct survey *survey)
{
	const struct facts_snapshot *snapshot = survey->snapshot;

	survey->relayouts =
		calloc(snapshot->n_regions + 1, sizeof(struct relayout *));
	if (!survey->relayouts)
		return -ENOMEM;
	for (size_t i = 0; i < snapshot->n_regions; i++) {
		size_t first, n = facts_region_devices(snapshot, i, &first);

		if (n > 0 && relayout_new(snapshot, &survey->items[first], n,
					  &survey->relayouts[i]) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* NULL: the file of the layout decides it, too. */
static char *objection(const struct policy_decision *slice,
		       const struct policy_decision *region)
{
	const struct policy_reason *last = slice->last;

	if (slice->file == region->file || !last)
		return NULL;
	if (slice->file)
		return text_format("%s decides the slice once it is there",
				   slice->file);
	return text_format("once the slice is there, %s stands before it: %s",
			   last->file, last->message);
}

/* Asks for a device that is not there yet, whose number nobody knows. */
static int foresee_slice(const struct survey *survey,
			 const struct policy_set *policies,
			 const struct plan_item *first,
			 struct facts_device *device)
{
	const struct facts_region *region =
		facts_device_region(survey->snapshot, device);
	_cleanup_policy_decision_ struct policy_decision *decision = NULL;
	_cleanup_free_ char *name = text_format("dax%d.?", region->id);
	_cleanup_free_ char *path = NULL;
	struct policy_subject subject;
	char *why;
	int r;

	path = name ? text_format("%s/%s", region->path, name) : NULL;
	if (!path)
		return -ENOMEM;
	device->name = name;
	device->path = path;
	subject = survey_device_subject(survey->snapshot, device);
	r = policy_decision_make_beside(policies, &subject, first->decision,
					&decision);
	if (r < 0)
		return r;
	why = objection(decision, first->decision);
	if (why)
		relayout_object(survey->relayouts[device->region], why);
	return 0;
}

/* A layout must not be made that its own slices would undo. */
static int foresee_all(struct survey *survey, const struct policy_set *policies)
{
	for (size_t i = 0; i < survey->n_items; i++) {
		const struct plan_item *item = &survey->items[i];
		const size_t region = item->device->region;
		struct facts_device device;
		size_t next = 0;
		int r;

		if (!survey->relayouts[region] ||
		    (i > 0 && survey->items[i - 1].device->region == region))
			continue;
		while ((next = relayout_next_missing(survey->relayouts[region],
						     next, &device))) {
			r = foresee_slice(survey, policies, item, &device);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static bool needs_holders(const struct survey *survey,
			  const struct plan_item *item)
{
	const struct relayout *relayout =
		survey->relayouts[item->device->region];

	return device_plan_needs_holders(item->device, item->decision) ||
	       (relayout && relayout_needs_holders(relayout));
}

static unsigned int flags_of(const struct plan_item *item,
			     survey_flags_fn flags, void *userdata)
{
	return flags ? flags(item->device, userdata) : 0;
}

/* Scans all processes once, and only if a plan may depend on it. */
static int load_holders(int root_fd, struct survey *survey,
			survey_flags_fn flags, void *userdata)
{
	for (size_t i = 0; i < survey->n_items; i++)
		if (needs_holders(survey, &survey->items[i]) &&
		    !(flags_of(&survey->items[i], flags, userdata) &
		      PLAN_USERS_LATER))
			return facts_holders_load(root_fd, survey->snapshot);
	return 0;
}

static int plan_item(struct survey *survey, struct plan_item *item,
		     unsigned int flags, const struct plan_balance *before)
{
	struct relayout *relayout = survey->relayouts[item->device->region];

	if (relayout)
		return relayout_plan(relayout, item, flags, before,
				     &item->plan);
	return device_plan_make(survey->snapshot, item->device, item->decision,
				flags, before, &item->plan);
}

/* Each plan is made as though those before it were carried out already: one
 * after the other is. */
static int plan_all(struct survey *survey, survey_flags_fn flags,
		    void *userdata)
{
	_cleanup_free_ char *spared = NULL;
	struct plan_balance before = { 0 };
	int r;

	r = bystander_find_spared(survey->items, survey->n_items, &spared);
	if (r < 0)
		return r;
	for (size_t i = 0; i < survey->n_items; i++) {
		struct plan_item *item = &survey->items[i];

		r = plan_item(survey, item, flags_of(item, flags, userdata),
			      &before);
		if (r == 0)
			r = bystander_respect(survey->snapshot, survey->items,
					      survey->n_items, item, spared);
		if (r < 0)
			return r;
		if (item->plan->outcome == PLAN_SWITCH)
			plan_balance_expect(&before, &item->plan->balance);
	}
	return 0;
}

/* Of what loses its memory because its region is laid out. */
static int load_layout_content(int root_fd, struct survey *survey)
{
	_cleanup_free_ bool *wanted = calloc(survey->n_items + 1, sizeof(bool));

	if (!wanted)
		return -ENOMEM;
	for (size_t i = 0; i < survey->snapshot->n_regions; i++)
		if (survey->relayouts[i])
			relayout_mark_devdax(survey->relayouts[i], wanted);
	for (size_t i = 0; i < survey->n_items; i++) {
		const struct plan_item *item = &survey->items[i];

		wanted[i] = wanted[i] && !is_excluded(item->decision) &&
			    !gives_up_all(item->decision) &&
			    !is_of_pool(survey, item) &&
			    item->device->content == CONTENT_UNKNOWN;
	}
	content_load(root_fd, survey->snapshot, wanted);
	return 0;
}

/* The snapshot and a decision for each device; no plans yet. @root_fd is where
 * the devices are, or -1. */
static int start(struct facts_snapshot *snapshot, int root_fd,
		 const struct policy_set *policies, struct survey **ret)
{
	_cleanup_survey_ struct survey *survey = calloc(1, sizeof(*survey));
	int r;

	if (!survey) {
		facts_snapshot_free(snapshot);
		return -ENOMEM;
	}
	survey->snapshot = snapshot;
	survey->items = calloc(snapshot->n_devices + 1, sizeof(*survey->items));
	if (!survey->items)
		return -ENOMEM;
	survey->n_items = snapshot->n_devices;
	r = decide_all(survey, policies);
	if (r == 0 && root_fd >= 0)
		r = decide_by_content(root_fd, survey, policies);
	if (r == 0)
		r = layout_all(survey);
	if (r == 0)
		r = foresee_all(survey, policies);
	if (r == 0 && root_fd >= 0)
		r = load_layout_content(root_fd, survey);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(survey);
	return 0;
}

int survey_make(struct facts_snapshot *snapshot,
		const struct policy_set *policies, survey_flags_fn flags,
		void *userdata, struct survey **ret)
{
	_cleanup_survey_ struct survey *survey = NULL;
	int r;

	r = start(snapshot, -1, policies, &survey);
	if (r == 0)
		r = plan_all(survey, flags, userdata);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(survey);
	return 0;
}

int survey_take_with(int root_fd, const struct policy_set *policies,
		     survey_flags_fn flags, void *userdata, struct survey **ret)
{
	_cleanup_survey_ struct survey *survey = NULL;
	struct facts_snapshot *snapshot;
	int r;

	r = facts_snapshot_read(root_fd, &snapshot);
	if (r < 0)
		return r;
	r = start(snapshot, root_fd, policies, &survey);
	if (r == 0)
		r = load_holders(root_fd, survey, flags, userdata);
	if (r == 0)
		r = plan_all(survey, flags, userdata);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(survey);
	return 0;
}

int survey_take(int root_fd, unsigned int trusted_uid, survey_flags_fn flags,
		void *userdata, struct survey **ret)
{
	_cleanup_policy_set_ struct policy_set *policies = NULL;
	int r;

	r = policy_set_load(root_fd, trusted_uid, &policies);
	if (r < 0)
		return r;
	r = survey_take_with(root_fd, policies, flags, userdata, ret);
	if (r < 0)
		return r;
	(*ret)->policies = TAKE_PTR(policies);
	return 0;
}

void survey_free(struct survey *survey)
{
	if (!survey)
		return;
	for (size_t i = 0; i < survey->n_items; i++) {
		plan_free(survey->items[i].plan);
		policy_decision_free(survey->items[i].decision);
	}
	for (size_t i = 0; survey->relayouts && i < survey->snapshot->n_regions;
	     i++)
		relayout_free(survey->relayouts[i]);
	free(survey->relayouts);
	free(survey->items);
	policy_set_free(survey->policies);
	facts_snapshot_free(survey->snapshot);
	free(survey);
}

const struct plan_item *survey_find(const struct survey *survey,
				    const char *device)
{
	for (size_t i = 0; i < survey->n_items; i++)
		if (strcmp(survey->items[i].device->name, device) == 0)
			return &survey->items[i];
	return NULL;
}
