// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void record_free(struct record *record)
{
	free(record->identity);
	free(record->device);
	free(record->region);
	free(record->policy);
	free(record->message);
	free(record->progress);
	free(record);
}

struct record *record_new(const char *identity)
{
	_cleanup_record_ struct record *record = calloc(1, sizeof(*record));

	if (!record)
		return NULL;
	record->node = -1;
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
static uint64_t retry_pause(unsigned int n)
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
	uint64_t at = record->last_job + retry_pause(record->jobs);

	if (plan->outcome != PLAN_SWITCH || record->backing_off ||
	    record->jobs == 0 || !record->switched || record->unverified)
		return;
	record->retry_at = at > now ? at : 0;
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

static enum record_outcome judge(struct record *record,
				 const struct plan_item *item)
{
	switch (item->plan->outcome) {
	case PLAN_NOTHING:
		record_end_back_off(record);
		record->failures = 0;
		record->waiting_since = 0;
		record->stuck = false;
		record->unverified = false;
		return record->switched ? RECORD_SWITCHED : RECORD_AS_DECIDED;
	case PLAN_KEEP:
		record->retry_at = 0;
		return item->decision->faulty ? RECORD_POLICY_ERROR
					      : RECORD_KEPT;
	case PLAN_REFUSED:
		record->retry_at = 0;
		return RECORD_REFUSED;
	case PLAN_SWITCH:
		break;
	}
	return switch_outcome(record);
}

/* What the daemon itself knows better than the plan; NULL: out of memory. */
static char *own_message(const struct record *record, const struct plan *plan)
{
	char *message;
	int r;

	if (record->outcome == RECORD_CONTENDED)
		r = asprintf(
			&message,
			"It was to be switched %u times in a row, and "
			"something else changed it each time: now again "
			"%s. It is left alone; find the other agent (a udev "
			"rule, a daxctl configuration, a guest agent), "
			"then reload.",
			record->jobs, plan->reason);
	else
		r = asprintf(&message, "Verified after the switch: %s",
			     plan->reason);
	return r < 0 ? NULL : message;
}

/* Sets outcome, refusal and message: 1 for news, 0 for none, -ENOMEM. */
static int record_judge(struct record *record, const struct plan_item *item)
{
	_cleanup_free_ char *own = NULL;
	enum record_outcome before = record->outcome;
	enum plan_refusal refusal = record->refusal;
	const char *message = item->plan->reason;
	int r;

	record->outcome = judge(record, item);
	if (record->stuck) {
		record->outcome = RECORD_STUCK;
		return 0; /* it was reported why */
	}
	if (item->plan->outcome == PLAN_SWITCH && record->backing_off)
		return 0; /* the job's own message says more */
	record->refusal = item->plan->refusal;
	if (record->outcome == RECORD_CONTENDED ||
	    record->outcome == RECORD_SWITCHED) {
		message = own = own_message(record, item->plan);
		if (!message)
			return -ENOMEM;
	}
	r = replace_text(&record->message, message);
	if (r < 0)
		return r;
	/* Another agent that goes on changes the message each time: reported
	 * once. */
	if (before == RECORD_CONTENDED && record->outcome == before)
		return 0;
	return r || before != record->outcome || refusal != record->refusal;
}

int record_note(struct record *record, const struct plan_item *item,
		uint64_t now)
{
	const struct plan *plan = item->plan;

	record->seen = true;
	record->mode = plan_current_mode(item->device);
	record->node = plan->target_node;
	forget_old_jobs(record, now);
	defer_answer(record, plan, now);
	if (replace_text(&record->device, plan->device) < 0 ||
	    replace_text(&record->region, plan->region) < 0 ||
	    replace_text(&record->policy, item->decision->file) < 0)
		return -ENOMEM;
	return record_judge(record, item);
}

void record_reset(struct record *record)
{
	record->jobs = 0;
	record->as_found = false;
	/* A switch that is yet to be verified is reported after the reset that
	 * came meanwhile. */
	record->switched = record->unverified;
	record->waiting_since = 0;
	record_end_back_off(record);
	record->failures = 0;
	record->contended = false;
	record->stuck = false;
}

void record_release(struct record *record, const char *device)
{
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

/* What may pass by itself: a page under I/O, memory that is short. */
static bool may_pass(int error)
{
	return error == EBUSY || error == EAGAIN || error == EINTR ||
	       error == ENOMEM;
}

/* Undone. Such jobs are no struggle with another agent, so they are counted
 * apart. */
static int record_fail(struct record *record, const struct act_result *result,
		       uint64_t now)
{
	_cleanup_free_ char *what = act_result_describe(result);
	_cleanup_free_ char *message = NULL;
	uint64_t pause;

	record->outcome = RECORD_FAILED;
	record->backing_off = true;
	record->jobs--;
	record->failures++;
	if (!may_pass(result->failure.error) ||
	    record->failures > RECORD_RETRIES_MAX)
		return replace_text(&record->message, what);
	pause = retry_pause(record->failures);
	record->retry_at = now + pause;
	if (asprintf(&message,
		     "%s; it is tried again in %" PRIu64 " s (%u of %d)",
		     what ?: "it failed", pause / 1000000, record->failures,
		     RECORD_RETRIES_MAX) < 0) {
		message = NULL;
		return -ENOMEM;
	}
	return replace_text(&record->message, message);
}

int record_job_ended(struct record *record, const struct act_result *result,
		     uint64_t now)
{
	_cleanup_free_ char *message = act_result_describe(result);

	if (result->outcome != ACT_PREEMPTED)
		record->waiting_since = 0;
	switch (result->outcome) {
	case ACT_DONE:
		/* To be believed when the next pass bears it out. */
		record->switched = true;
		record->unverified = true;
		return 0;
	case ACT_REFUSED:
		record->outcome = RECORD_REFUSED;
		record->refusal = PLAN_REFUSAL_BUSY;
		break;
	case ACT_UNDONE:
		return record_fail(record, result, now) < 0 ? -ENOMEM : 0;
	case ACT_STUCK:
		record->outcome = RECORD_STUCK;
		break;
	case ACT_PREEMPTED:
		record->jobs--;
		if (!record->waiting_since)
			record->waiting_since = record->last_job;
		return 0;
	case ACT_OVERTAKEN:
		/* The next pass plans from what it is now; another agent that
		 * does so each time ends as contended, by the jobs it took. */
		return 0;
	case ACT_LOST:
		record->outcome = RECORD_FAILED;
		break;
	case ACT_OUTCOMES:
		break;
	}
	record->backing_off = true;
	return replace_text(&record->message, message) < 0 ? -ENOMEM : 0;
}

int record_job_lost(struct record *record, const char *why)
{
	record->outcome = RECORD_FAILED;
	record->backing_off = true;
	return replace_text(&record->message, why) < 0 ? -ENOMEM : 0;
}

int record_give_up(struct record *record, const char *why)
{
	record->outcome = RECORD_STUCK;
	record->stuck = true;
	return replace_text(&record->message, why) < 0 ? -ENOMEM : 0;
}

/* MESSAGE, TITLE, @text and END. */
static int add_text(struct record *record, const char *title, const char *text,
		    const char *end)
{
	char *longer;

	if (asprintf(&longer, "%s%s%s%s", record->message, title, text, end) <
	    0)
		return -ENOMEM;
	free(record->message);
	record->message = longer;
	return 0;
}

int record_add_finding(struct record *record, const char *seen)
{
	return add_text(record, " Seen last: ", seen, ".");
}

int record_add_blocker(struct record *record, const char *blocker)
{
	/* Else it says what is to be done, not what came of it. */
	if (!record->backing_off)
		return 0;
	return add_text(record, ". Found in the way: ", blocker, "");
}

bool record_in_trouble(const struct record *record)
{
	return record->outcome == RECORD_FAILED ||
	       record->outcome == RECORD_STUCK ||
	       record->outcome == RECORD_CONTENDED ||
	       record->outcome == RECORD_POLICY_ERROR;
}

const char *record_outcome_name(enum record_outcome outcome)
{
	static const char *const names[RECORD_OUTCOMES] = {
		[RECORD_PENDING] = "pending",
		[RECORD_AS_DECIDED] = "as-decided",
		[RECORD_SWITCHED] = "switched",
		[RECORD_KEPT] = "kept",
		[RECORD_REFUSED] = "refused",
		[RECORD_FAILED] = "failed",
		[RECORD_STUCK] = "stuck",
		[RECORD_CONTENDED] = "contended",
		[RECORD_POLICY_ERROR] = "policy-error",
	};

	return names[outcome];
}
