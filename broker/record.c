// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/size.h"
#include "basic/text.h"

void record_free(struct record *record)
{
	free(record->identity);
	free(record->device);
	free(record->region);
	free(record->policy);
	free(record->pool);
	free(record->reason);
	free(record->udev);
	free(record->found);
	free(record->progress);
	free(record);
}

struct record *record_new(const char *identity)
{
	_cleanup_record_ struct record *record = calloc(1, sizeof(*record));

	if (!record)
		return NULL;
	record->node = -1;
	record->asked_by = JOB_RECORD_NOBODY;
	record->identity = strdup(identity);
	return record->identity ? TAKE_PTR(record) : NULL;
}

/* Sets *text to a copy of @value (NULL stays NULL): 1 when that is another
 * text than before, 0 when not, -ENOMEM with *text as it was. */
static int replace_text(char **text, const char *value)
{
	char *copy = NULL;

	if (value == *text || (value && *text && strcmp(value, *text) == 0))
		return 0;
	if (value) {
		copy = strdup(value);
		if (!copy)
			return -ENOMEM;
	}
	free(*text);
	*text = copy;
	return 1;
}

/* The jobs that lie behind no longer count once the device stayed as decided
 * for a while: then a later change is a new matter, not the same struggle. */
static void forget_old_jobs(struct record *record, uint64_t now)
{
	if (now - record->last_job <= RECORD_ROW_USEC)
		return;
	record->failures = 0;
	if (!record->contended)
		record->jobs = 0;
}

static void record_end_back_off(struct record *record)
{
	record->backing_off = false;
	record->retry_at = 0;
}

/* The pause after the @n'th attempt, us. */
uint64_t record_retry_pause(unsigned int n)
{
	uint64_t pause = RECORD_RETRY_USEC;

	for (unsigned int i = 1; i < n; i++)
		pause *= RECORD_RETRY_FACTOR;
	return pause;
}

/* One command of another agent's changes block after block: that is answered
 * when it may be over, not once for each. */
static void defer_answer(struct record *record, const struct plan *plan,
			 uint64_t now)
{
	uint64_t at = record->last_job + record_retry_pause(record->jobs);

	if (plan->outcome != PLAN_SWITCH || record->backing_off ||
	    record->jobs == 0 || !record->switched || record->unverified)
		return;
	record->retry_at = at > now ? at : 0;
}

/* Nothing but another agent turns what was as decided into something else: a
 * reload begins anew. It may also be in the way of being put right. */
static void find_disturbance(struct record *record, const struct plan *plan)
{
	if (plan->outcome == PLAN_SWITCH || plan->outcome == PLAN_REFUSED)
		record->disturbed |= record->as_decided;
	record->as_decided = plan->outcome == PLAN_NOTHING;
}

static enum record_outcome switch_outcome(struct record *record)
{
	if (record->backing_off)
		return record->outcome;
	if (record->jobs < RECORD_JOBS_MAX)
		return RECORD_PENDING;
	record->contended = true;
	return RECORD_CONTENDED;
}

static enum record_outcome as_decided_outcome(struct record *record)
{
	record_end_back_off(record);
	record->failures = 0;
	record->waiting_since = 0;
	record->stuck = false;
	if (record->disturbed && record->unverified)
		record->restored++;
	record->disturbed = false;
	record->unverified = false;
	if (record->restored)
		return RECORD_RESTORED;
	return record->switched ? RECORD_SWITCHED : RECORD_AS_DECIDED;
}

/* A job has switched it, and this is still what it is. */
static bool is_switched(const struct record *record,
			const struct plan_item *item)
{
	return record->switched &&
	       (record->to == POLICY_MODE_KEEP ||
		record->to == plan_current_mode(item->device));
}

/* What decided the switch may be no more once it is made. */
static enum record_outcome keep_outcome(struct record *record,
					const struct plan_item *item)
{
	record->retry_at = 0;
	record->unverified = false;
	record->kept = true;
	if (item->decision->faulty)
		return RECORD_POLICY_ERROR;
	if (plan_is_stranded(item->device))
		return RECORD_STRANDED;
	return is_switched(record, item) ? RECORD_SWITCHED : RECORD_KEPT;
}

static enum record_outcome judge(struct record *record,
				 const struct plan_item *item)
{
	record->kept = false;
	switch (item->plan->outcome) {
	case PLAN_NOTHING:
		return as_decided_outcome(record);
	case PLAN_KEEP:
		return keep_outcome(record, item);
	case PLAN_REFUSED:
		record->retry_at = 0;
		return RECORD_REFUSED;
	case PLAN_SWITCH:
		break;
	}
	return switch_outcome(record);
}

static void record_forget_result(struct record *record)
{
	record->result = (struct act_result){ .outcome = ACT_DONE };
}

/* Sets outcome, refusal and reason: 1 for news, 0 for none, -ENOMEM. */
static int record_judge(struct record *record, const struct plan_item *item)
{
	enum record_outcome before = record->outcome;
	enum plan_refusal refusal = record->refusal;
	bool failed = record->result.outcome != ACT_DONE;
	int r;

	record->outcome = judge(record, item);
	if (record->stuck) {
		record->outcome = RECORD_STUCK;
		return 0; /* it was reported why */
	}
	if (item->plan->outcome == PLAN_SWITCH && record->backing_off)
		return 0; /* the job's own result says more */
	record_forget_result(record);
	record->refusal = item->plan->refusal;
	r = replace_text(&record->reason, item->plan->reason);
	if (r < 0)
		return r;
	/* It is asked once more for its users: news if these are others. */
	if (before == RECORD_REFUSED && failed &&
	    record->outcome == RECORD_PENDING)
		return 0;
	/* Another agent that goes on changes the reason each time: reported
	 * once. */
	if (before == RECORD_CONTENDED && record->outcome == before)
		return 0;
	return r || failed || before != record->outcome ||
	       refusal != record->refusal;
}

static int note_pool(struct record *record,
		     const struct policy_decision *decision)
{
	record->lease[0] = '\0';
	if (decision->grant)
		lease_id_format(decision->grant, record->lease);
	return replace_text(&record->pool,
			    decision->pool ? decision->pool->name : NULL);
}

int record_note(struct record *record, const struct plan_item *item,
		uint64_t now)
{
	const struct plan *plan = item->plan;
	int r;

	record->seen = true;
	record->node = plan->target_node;
	forget_old_jobs(record, now);
	defer_answer(record, plan, now);
	if (plan->outcome == PLAN_SWITCH)
		record->wanted = plan->mode;
	r = replace_text(&record->policy, item->decision->file);
	if (r < 0 || replace_text(&record->device, plan->device) < 0 ||
	    replace_text(&record->region, plan->region) < 0 ||
	    note_pool(record, item->decision) < 0)
		return -ENOMEM;
	record->overridden = item->decision->override;
	record->override = item->decision->word;
	record->as_decided &= r == 0;
	find_disturbance(record, plan);
	return record_judge(record, item);
}

int record_note_stray(struct record *record, const struct facts_stray *stray,
		      uint64_t block_size)
{
	char size[SIZE_FORMAT_MAX];

	free(record->device);
	free(record->reason);
	record->device = text_format("0x%" PRIx64 "-0x%" PRIx64,
				     stray->range.start, stray->range.end);
	record->reason = text_format(
		"the device is gone, and %s of its memory is online on node "
		"%d. It stays there until the next boot",
		size_format(stray->n_online * block_size, size), stray->node);
	record->seen = true;
	record->node = stray->node;
	record->mode = DEVICE_MODE_STRANDED;
	record->outcome = RECORD_STRANDED;
	return record->device && record->reason ? 0 : -ENOMEM;
}

void record_reset(struct record *record)
{
	record->jobs = 0;
	record->as_found = false;
	/* A switch that is yet to be verified is reported after the reset that
	 * came meanwhile. */
	record->switched = record->unverified;
	record->as_decided = record->disturbed = false;
	record->restored = 0;
	record->waiting_since = 0;
	record_end_back_off(record);
	record->failures = 0;
	record->deaths = 0;
	record->recover_at = 0;
	record->user = (struct act_blocker){ 0 };
	record->contended = false;
	record->stuck = false;
	record->cancelled = false;
}

void record_release(struct record *record, const char *device)
{
	if (record->cancelled)
		return;
	if (record->outcome == RECORD_REFUSED ||
	    (device && record->device &&
	     record->failures <= RECORD_RETRIES_MAX &&
	     strcmp(device, record->device) == 0))
		record_end_back_off(record);
}

void record_retry(struct record *record, uint64_t now)
{
	if (record->retry_at && record->retry_at <= now)
		record_end_back_off(record);
	if (record->recover_at <= now)
		record->recover_at = 0;
}

bool record_wants_job(const struct record *record, const struct plan_item *item)
{
	return item->plan->outcome == PLAN_SWITCH &&
	       record->outcome == RECORD_PENDING && record->retry_at == 0;
}

void record_job_begun(struct record *record, uint64_t now)
{
	record->jobs++;
	record->last_job = now;
	record->as_found = false; /* not for long */
}

/* It does not count, unless it has stopped to: a reset came meanwhile. */
static void forget_job(struct record *record)
{
	if (record->jobs > 0)
		record->jobs--;
}

/* What may pass by itself: a page under I/O, memory that is short, so many open
 * files that a scan takes too long. */
static bool may_pass(int error)
{
	return error == EBUSY || error == EAGAIN || error == EINTR ||
	       error == ENOMEM || error == ETIME;
}

/* Undone. Such jobs are no struggle with another agent, so they are counted
 * apart. */
static void record_fail(struct record *record, int error, uint64_t now)
{
	forget_job(record);
	record->failures++;
	if (may_pass(error) && record->failures <= RECORD_RETRIES_MAX)
		record->retry_at = now + record_retry_pause(record->failures);
}

/* It is not tried again for now. */
static void record_back_off(struct record *record, enum record_outcome outcome,
			    const struct act_result *result)
{
	record->outcome = outcome;
	record->backing_off = true;
	record->result = *result;
}

void record_job_ended(struct record *record, const struct act_result *result,
		      uint64_t now)
{
	if (result->outcome != ACT_PREEMPTED)
		record->waiting_since = 0;
	record->deaths = 0;
	switch (result->outcome) {
	case ACT_DONE:
		/* To be believed when the next pass bears it out. */
		record->switched = true;
		record->unverified = true;
		record->to = record->wanted;
		record->laid_out = record->to == POLICY_MODE_KEEP;
		/* Until then a slice is no device of its own. */
		record->as_decided = !record->laid_out;
		record->user = (struct act_blocker){ 0 };
		break;
	case ACT_REFUSED:
		/* Nothing was changed, so it is no struggle. */
		forget_job(record);
		record_back_off(record, RECORD_REFUSED, result);
		record->refusal = PLAN_REFUSAL_BUSY;
		break;
	case ACT_UNDONE:
		record_back_off(record, RECORD_FAILED, result);
		record_fail(record, result->failure.error, now);
		break;
	case ACT_STUCK:
		record_back_off(record, RECORD_STUCK, result);
		break;
	case ACT_LOST:
		record_back_off(record, RECORD_FAILED, result);
		record->cancelled =
			result->failure.cause == ACT_CAUSE_CANCELLED;
		break;
	case ACT_PREEMPTED:
		forget_job(record);
		if (!record->waiting_since)
			record->waiting_since = record->last_job;
		break;
	case ACT_OVERTAKEN:
		/* The next pass plans from what it is now; another agent that
		 * does so each time ends as contended, by the jobs it took. */
		break;
	case ACT_OUTCOMES:
		break;
	}
}

void record_job_died(struct record *record, uint64_t now)
{
	if (record->deaths++ > 0)
		record->recover_at =
			now + record_retry_pause(record->deaths - 1);
}

bool record_note_user(struct record *record, const struct act_blocker *user)
{
	bool same = strcmp(record->user.kind, user->kind) == 0 &&
		    record->user.pid == user->pid;

	record->user = *user;
	return !same || !user->kind[0];
}

void record_give_up(struct record *record, const struct act_result *result)
{
	record->outcome = RECORD_STUCK;
	record->stuck = true;
	record->recover_at = 0;
	record->result = *result;
}

void record_set_blocker(struct record *record,
			const struct act_blocker *blocker)
{
	record->result.failure.blocker = *blocker;
}
