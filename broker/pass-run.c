// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/pass-run.h"

#include <errno.h>
#include <string.h>

#include "basic/log.h"
#include "broker/core.h"
#include "broker/pass-report.h"
#include "broker/report.h"
#include "broker/schedule.h"
#include "policy/set-load.h"

/* Returns 0, or the error of reading the policies, which then stay as they
 * were. */
static int load(struct broker *broker)
{
	struct policy_set *policies, *before;
	int r;

	if (!broker->reload_wanted)
		return 0;
	r = policy_set_load(broker->root_fd, broker->trusted_uid, &policies);
	if (r < 0)
		return r;
	broker->reload_wanted = false;
	if (broker->unplug)
		policy_set_unplug(policies);
	before = broker->policies;
	broker->policies = policies;
	lease_desk_load(broker->desk, &policies->grants);
	if (before) {
		policy_set_free(before);
		record_table_reset(&broker->records);
	}
	broker->loaded_at = schedule_now(broker);
	policy_overrides_expire(&policies->overrides, schedule_now(broker));
	schedule_arm_expiry(broker);
	report_policies(policies);
	return 0;
}

/* One pass; 1: there are jobs, and they have begun, or another pass follows; 0:
 * nothing is to be done. */
static int make_pass(struct broker *broker)
{
	_cleanup_pass_ struct pass *pass = NULL;
	struct batch_job *jobs;
	bool anew;
	size_t n;
	int r;

	r = pass_maker_make(&broker->maker, broker->policies, &broker->records,
			    &pass);
	if (r < 0)
		return r;
	r = inventory_take(&broker->inventory, pass->survey);
	if (r < 0) {
		/* Records that watchers know of are gone all the same. */
		watchers_passed(&broker->watchers);
		return r;
	}
	broker->maker.passed = true;
	decided_file_update(&broker->decided_file, broker->root_fd,
			    pass->survey);
	pass_report(pass, broker->root_fd, &broker->records);
	plugged_update(&broker->plugged, broker->root_fd,
		       pass->survey->snapshot);
	announcement_make(&broker->announcement, broker->root_fd, pass->survey,
			  schedule_now(broker));
	pass_report_bystanders(pass, &broker->bystanders);
	bystanders_clear(&broker->bystanders);
	anew = lease_desk_take(broker->desk, pass);
	watchers_passed(&broker->watchers);
	/* What this one would do was decided before. */
	if (anew)
		return 1;
	n = pass->n_wanted;
	if (n == 0)
		return 0;
	jobs = pass_jobs(pass);
	if (!jobs)
		return -ENOMEM;
	bystanders_note(&broker->bystanders, pass);
	broker->pass = TAKE_PTR(pass);
	/* Another one that was asked for meanwhile follows at their end. */
	schedule_set(broker, 0);
	batch_begin(broker->batch, jobs, n);
	return 1;
}

void pass_run(void *userdata)
{
	struct broker *broker = userdata;
	int r;

	broker->pass_at = broker->removal_at = 0;
	broker->error = load(broker);
	if (broker->error)
		log_error("The policies cannot be read (%s); what was read "
			  "before, if anything, stays in force",
			  strerror(-broker->error));
	if (broker->policies) {
		r = make_pass(broker);
		if (r > 0)
			return;
		if (r < 0) {
			broker->error = r;
			log_error("The machine's memory cannot be surveyed: %s",
				  strerror(-r));
		}
	}
	schedule_settle(broker);
}
