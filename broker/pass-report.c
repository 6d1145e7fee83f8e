// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/pass-report.h"

#include "broker/report.h"

/* All jobs of the device that were cut off are over. */
static void close_jobs(const struct pass *pass, int root_fd,
		       const struct record *record, const char *word)
{
	for (size_t i = 0; i < pass->open_jobs.n; i++) {
		const struct journal_job *job = &pass->open_jobs.jobs[i];

		/* If that fails, the next pass sees it again. */
		if (recovery_is_about(job, record))
			journal_end(root_fd, job->id, word);
	}
}

static void report_recovery(const struct pass *pass,
			    const struct pass_item *item, int root_fd)
{
	if (item->recovery == RECOVERY_NONE || item->recovery == RECOVERY_LATER)
		return;
	if (item->recovery == RECOVERY_GIVE_UP) {
		/* The record's own report says so. */
		close_jobs(pass, root_fd, item->record, "stuck");
		return;
	}
	if (item->recovery == RECOVERY_DONE)
		close_jobs(pass, root_fd, item->record, "finished");
	report_cut_off(item->record, item->cut_off, item->recovery);
}

void pass_report_cleared(const struct pass *pass, int root_fd,
			 const struct plan *plan)
{
	for (size_t i = 0; i < pass->survey->n_items; i++) {
		const struct plan_item *item = &pass->survey->items[i];

		if (item->plan == plan &&
		    item->decision->use.clear != POLICY_CLEAR_NO &&
		    pass->items[i].recovery == RECOVERY_FINISH)
			close_jobs(pass, root_fd, pass->items[i].record,
				   "finished");
	}
}

/* Else they would stay open until the next boot, and the journal grow. */
static void close_moot_jobs(const struct pass *pass, int root_fd,
			    const struct record_table *records)
{
	for (size_t i = 0; i < pass->open_jobs.n; i++) {
		const struct journal_job *job = &pass->open_jobs.jobs[i];

		if (!recovery_is_moot(job, records))
			continue;
		report_moot(job);
		journal_end(root_fd, job->id, "gone");
	}
}

void pass_report(const struct pass *pass, int root_fd,
		 const struct record_table *records)
{
	for (size_t i = 0; i < pass->survey->n_items; i++) {
		const struct pass_item *item = &pass->items[i];

		if (item->disturbed && item->record->outcome == RECORD_PENDING)
			report_disturbed(item->record);
		else if (item->news)
			report_record(item->record);
		/* What comes after this is no news of that job any more. */
		item->record->job = 0;
		report_recovery(pass, item, root_fd);
	}
	for (size_t i = 0; i < pass->n_strays; i++)
		report_record(pass->strays[i]);
	close_moot_jobs(pass, root_fd, records);
}

void pass_report_bystanders(const struct pass *pass,
			    const struct bystanders *bystanders)
{
	const struct survey *survey = pass->survey;

	for (size_t i = 0; i < survey->n_items; i++) {
		_cleanup_free_ char *change = bystanders_change(
			bystanders, survey->snapshot, &survey->items[i]);

		if (change)
			report_bystander(pass->items[i].record, change);
	}
}
