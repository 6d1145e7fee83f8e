// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/pass.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/text.h"
#include "broker/device-state.h"
#include "survey/udev-property.h"

/* Who looks for the other agent wants to know what it makes of the device. */
static int note_state(struct record *record, const struct survey *survey,
		      const struct plan_item *item)
{
	char *found;

	record->mode = device_mode_find(survey->snapshot, item->device);
	record->content = item->device->content;
	if (record->outcome != RECORD_CONTENDED && !record->disturbed)
		return 0;
	found = device_state_describe(survey->snapshot, item->device);
	if (!found)
		return -ENOMEM;
	free(record->found);
	record->found = found;
	return 0;
}

static int note_udev(struct record *record, const struct survey *survey,
		     const struct plan_item *item)
{
	_cleanup_free_ char *decided = udev_property_decided(survey, item);
	_cleanup_free_ char *identified =
		udev_property_identified(survey, item);
	char *all = decided && identified
			    ? text_format("%s%s", decided, identified)
			    : NULL;

	if (!all)
		return -ENOMEM;
	if (!record->udev || strcmp(record->udev, all) != 0)
		record->udev_changed = true;
	free(record->udev);
	record->udev = all;
	return 0;
}

/* What becomes of the device's jobs that were cut off. */
static void item_recover(struct pass_item *item, const struct pass *pass,
			 const struct plan_item *planned)
{
	struct act_result result;

	item->recovery = recovery_choose(&pass->open_jobs, item->record,
					 planned, &item->cut_off);
	if (item->recovery != RECOVERY_GIVE_UP)
		return;
	item->news = true;
	result = recovery_result(item->cut_off);
	record_give_up(item->record, &result);
}

static bool is_disturbed(const struct record_table *records,
			 const struct plan_item *planned)
{
	const struct record *record =
		record_table_find(records, planned->plan->identity);

	return record && record->disturbed;
}

static int item_init(struct pass_item *item, const struct pass *pass,
		     const struct plan_item *planned,
		     struct record_table *records, bool first, uint64_t now)
{
	const bool before = is_disturbed(records, planned);
	struct record *record;
	int r;

	record = record_table_note(records, planned, now, &item->news);
	if (!record)
		return -ENOMEM;
	item->record = record;
	item->disturbed = record->disturbed && !before;
	if (first)
		record->as_found = planned->plan->outcome == PLAN_KEEP;
	r = note_state(record, pass->survey, planned);
	if (r == 0)
		r = note_udev(record, pass->survey, planned);
	if (r < 0)
		return r;
	item_recover(item, pass, planned);
	item->wanted = item->recovery == RECOVERY_UNDO ||
		       (item->recovery != RECOVERY_LATER &&
			record_wants_job(record, planned));
	item->wait = recovery_is_at_work(&pass->open_jobs, record->region);
	return 0;
}

static int note_strays(struct pass *pass, struct record_table *records)
{
	const struct facts_snapshot *snapshot = pass->survey->snapshot;

	pass->strays = calloc(snapshot->n_strays + 1, sizeof(*pass->strays));
	if (!pass->strays)
		return -ENOMEM;
	for (size_t i = 0; i < snapshot->n_strays; i++) {
		bool news;
		const struct record *record = record_table_note_stray(
			records, &snapshot->strays[i],
			snapshot->kernel.block_size, &news);

		if (!record)
			return -ENOMEM;
		if (news)
			pass->strays[pass->n_strays++] = record;
	}
	return 0;
}

static int pass_decide(struct pass *pass, struct record_table *records,
		       bool first, uint64_t now)
{
	const struct survey *survey = pass->survey;
	int r;

	pass->items = calloc(survey->n_items + 1, sizeof(*pass->items));
	if (!pass->items)
		return -ENOMEM;
	record_table_begin(records);
	for (size_t i = 0; i < survey->n_items; i++) {
		r = item_init(&pass->items[i], pass, &survey->items[i], records,
			      first, now);
		if (r < 0)
			return r;
		pass->n_wanted += pass->items[i].wanted;
	}
	r = note_strays(pass, records);
	if (r < 0)
		return r;
	record_table_end(records);
	return 0;
}

int pass_new(struct survey *survey, struct journal_jobs *open_jobs,
	     struct record_table *records, bool first, uint64_t now,
	     struct pass **ret)
{
	_cleanup_pass_ struct pass *pass = calloc(1, sizeof(*pass));
	int r;

	if (!pass) {
		survey_free(survey);
		journal_jobs_clear(open_jobs);
		return -ENOMEM;
	}
	pass->survey = survey;
	pass->open_jobs = *open_jobs;
	*open_jobs = (struct journal_jobs){ 0 };
	r = pass_decide(pass, records, first, now);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(pass);
	return 0;
}

void pass_free(struct pass *pass)
{
	survey_free(pass->survey);
	journal_jobs_clear(&pass->open_jobs);
	free(pass->items);
	free(pass->strays);
	free(pass);
}

struct batch_job *pass_jobs(const struct pass *pass)
{
	struct batch_job *jobs = calloc(pass->n_wanted + 1, sizeof(*jobs));
	size_t n = 0;

	if (!jobs)
		return NULL;
	for (size_t i = 0; i < pass->survey->n_items; i++) {
		const struct pass_item *item = &pass->items[i];
		bool undo = item->recovery == RECOVERY_UNDO;

		if (!item->wanted)
			continue;
		jobs[n++] = (struct batch_job){
			.record = item->record,
			.device = item->record->device,
			.plan = undo ? item->cut_off->plan
				     : pass->survey->items[i].plan,
			.undo = undo ? item->cut_off : NULL,
			.wait = item->wait,
			.waiting_since = item->record->waiting_since,
		};
	}
	return jobs;
}
