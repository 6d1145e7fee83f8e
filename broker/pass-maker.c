// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/pass-maker.h"

#include <stdlib.h>
#include <string.h>

#include "act/run.h"
#include "act/uevent.h"
#include "basic/log.h"
#include "basic/names.h"
#include "survey/passed-over.h"

struct making {
	const struct pass_maker *maker;
	const struct record_table *records;
};

void pass_maker_clear(struct pass_maker *maker)
{
	free(maker->passed_over);
}

/* No pass scans the machine's processes: anybody can make that long. A worker
 * does, when a switch is due. Present=keep is for what was there before the
 * daemon: the devices that the first pass kept for it, until a reload. */
static unsigned int plan_flags(const struct facts_device *device,
			       void *userdata)
{
	const struct making *of = userdata;
	const struct record *record =
		record_table_find(of->records, device->identity);

	if (!of->maker->passed || (record && record->as_found))
		return PLAN_USERS_LATER | PLAN_FIRST_SIGHT;
	return PLAN_USERS_LATER;
}

/* Once, not at each pass. */
static void report_drivers(struct pass_maker *maker,
			   const struct facts_kernel *kernel)
{
	char *text = passed_over_describe(kernel);

	if (text &&
	    (!maker->passed_over || strcmp(text, maker->passed_over) != 0))
		log_warning("%s", text);
	free(maker->passed_over);
	maker->passed_over = text;
}

static int take_survey(struct pass_maker *maker,
		       const struct policy_set *policies,
		       const struct record_table *records, struct survey **ret)
{
	/* Read first: what comes later may be missing in the survey. */
	uint64_t last = uevent_last(maker->root_fd);
	struct making making = { maker, records };
	struct survey *survey;
	int r;

	r = maker->interface->survey(maker->interface->outside, policies,
				     plan_flags, &making, &survey);
	if (r < 0)
		return r;
	maker->last_uevent = last;
	maker->n_regions = survey->snapshot->n_regions;
	for (size_t i = 0; i < survey->snapshot->n_problems; i++)
		log_debug("sysfs: %s", survey->snapshot->problems[i]);
	report_drivers(maker, &survey->snapshot->kernel);
	*ret = survey;
	return 0;
}

int pass_maker_make(struct pass_maker *maker, const struct policy_set *policies,
		    struct record_table *records, struct pass **ret)
{
	struct journal_jobs open_jobs;
	struct survey *survey;
	int r;

	r = act_run_open_jobs(maker->root_fd, &open_jobs);
	if (r < 0)
		return r;
	if (open_jobs.n == 0 && journal_trim(maker->root_fd, &open_jobs) > 0)
		log_warning("%zu lines of the journal of jobs made no sense. "
			    "It is " RUN_DIR "/journal.bad now, and devices "
			    "are treated as they are found",
			    open_jobs.n_senseless);
	r = take_survey(maker, policies, records, &survey);
	if (r < 0) {
		journal_jobs_clear(&open_jobs);
		return r;
	}
	return pass_new(survey, &open_jobs, records, !maker->passed,
			maker->interface->now(maker->interface->outside), ret);
}
