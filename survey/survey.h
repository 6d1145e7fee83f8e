/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SURVEY_SURVEY_H
#define SURVEY_SURVEY_H

#include "facts/model/model.h"
#include "plan/plan.h"
#include "policy/decision.h"
#include "policy/set.h"

/*
 * The whole machine at one moment: the snapshot, the policies, and for every
 * device its decision and its plan. The daemon acts on one, the read-only
 * verbs print one.
 */
struct survey {
	struct facts_snapshot *snapshot;
	struct policy_set *policies;
	struct plan_item *items; /* one for each device, in its order */
	size_t n_items;
	struct relayout *
		*relayouts; /* of each region, NULL: it is not laid out */
};

/* Gives device_plan_make()'s flags for a device; NULL stands for none. */
typedef unsigned int (*survey_flags_fn)(const struct facts_device *device,
					void *userdata);

/*
 * Reads the machine and the policies below @root_fd, decides and plans.
 * Returns 0 and *ret, to be freed with survey_free(); or the error of
 * facts_snapshot_read(), policy_set_load() or facts_holders_load().
 */
int survey_take(int root_fd, unsigned int trusted_uid, survey_flags_fn flags,
		void *userdata, struct survey **ret);

/* The same over a policy set that the caller goes on owning (so that a faulty
 * or changed file has no effect before a reload); survey->policies is NULL. */
int survey_take_with(int root_fd, const struct policy_set *policies,
		     survey_flags_fn flags, void *userdata,
		     struct survey **ret);

/* The same over a snapshot that was read before, maybe on another machine; it
 * is the survey's then, also when this fails. */
int survey_make(struct facts_snapshot *snapshot,
		const struct policy_set *policies, survey_flags_fn flags,
		void *userdata, struct survey **ret);

void survey_free(struct survey *survey);
DEFINE_CLEANUP(struct survey *, survey_free)
#define _cleanup_survey_ _cleanup_(cleanup_survey_free)

/* The item of the device of this name ("dax0.0"), or NULL. */
const struct plan_item *survey_find(const struct survey *survey,
				    const char *device);

#endif
