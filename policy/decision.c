// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/decision.h"

#include <errno.h>
#include <string.h>

#include "policy/file.h"
#include "policy/match.h"
#include "policy/set.h"
#include "policy/settings.h"

static int fill_reasons(struct policy_decision *decision,
			const struct policy_set *set,
			const struct policy_subject *subject,
			const struct policy_file **ret_last)
{
	for (size_t i = 0; i < set->n_files; i++) {
		struct policy_reason *reason =
			&decision->reasons[decision->n_reasons];
		int r;

		r = policy_match_ask(set->files[i], subject, reason);
		if (r < 0)
			return r;
		decision->n_reasons++;
		*ret_last = set->files[i];
		if (reason->answer != POLICY_DIFFERS)
			break;
	}
	return 0;
}

static int take_region(struct policy_decision *decision,
		       const struct policy_file *file,
		       const struct policy_subject *subject)
{
	const struct policy_region *region = &file->region;

	decision->present = region->present;
	decision->persistent = region->persistent;
	decision->on_busy = region->on_busy;
	decision->busy_timeout = region->busy_timeout ? region->busy_timeout
						      : POLICY_BUSY_TIMEOUT;
	decision->file = policy_file_name(file);
	if (file->n_slices > 0)
		return policy_layout_make(file->slices, file->n_slices,
					  &subject->extent, &decision->layout);
	if (region->node_name) {
		decision->node_name = strdup(region->node_name);
		if (!decision->node_name)
			return -ENOMEM;
		decision->node_name_origin =
			file->origins[policy_setting_index(policy_setting_find(
				POLICY_SECTION_REGION, "NodeName"))];
	}
	decision->mode = region->mode;
	decision->zone = region->zone;
	decision->memmap_on_memory = region->memmap_on_memory;
	decision->exclusive = region->exclusive;
	decision->fork_inheritance = region->fork_inheritance;
	return 0;
}

int policy_decision_make(const struct policy_set *set,
			 const struct policy_subject *subject,
			 struct policy_decision **ret)
{
	_cleanup_policy_decision_ struct policy_decision *decision =
		calloc(1, sizeof(*decision));
	const struct policy_file *last = NULL;
	enum policy_answer answer = POLICY_DIFFERS;
	int r;

	if (!decision)
		return -ENOMEM;
	decision->mode = POLICY_MODE_KEEP;
	decision->limits = policy_set_limits(set);
	decision->exclusion = policy_limits_exclusion(
		decision->limits, subject, &decision->exclusion_unknown);
	decision->reasons =
		calloc(set->n_files + 1, sizeof(*decision->reasons));
	if (!decision->reasons)
		return -ENOMEM;
	r = fill_reasons(decision, set, subject, &last);
	if (r < 0)
		return r;
	if (decision->n_reasons > 0)
		answer = decision->reasons[decision->n_reasons - 1].answer;
	decision->faulty = answer == POLICY_IN_ERROR;
	if (answer == POLICY_FITS) {
		r = take_region(decision, last, subject);
		if (r < 0)
			return r;
	}
	*ret = TAKE_PTR(decision);
	return 0;
}

int policy_decision_take_slice(struct policy_decision *decision,
			       const struct policy_slice *slice)
{
	if (slice->node_name) {
		decision->node_name = strdup(slice->node_name);
		if (!decision->node_name)
			return -ENOMEM;
		decision->node_name_origin = (struct policy_origin){
			.file = decision->file,
		};
	}
	decision->slice = slice;
	decision->mode = slice->mode;
	decision->zone = slice->zone;
	decision->memmap_on_memory = slice->memmap_on_memory;
	decision->exclusive = slice->exclusive;
	decision->fork_inheritance = slice->fork_inheritance;
	return 0;
}

void policy_decision_free(struct policy_decision *decision)
{
	if (!decision)
		return;
	for (size_t i = 0; i < decision->n_reasons; i++)
		policy_reason_done(&decision->reasons[i]);
	if (decision->layout)
		policy_layout_free(decision->layout);
	free(decision->reasons);
	free(decision->node_name);
	free(decision);
}
