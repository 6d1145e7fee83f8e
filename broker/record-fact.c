// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/record-fact.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/clock.h"
#include "basic/text-stream.h"

static const char *device(const struct record *record)
{
	return record->device;
}

static const char *identity(const struct record *record)
{
	return record->identity;
}

static const char *region(const struct record *record)
{
	return record->region;
}

static const char *policy(const struct record *record)
{
	return record->policy;
}

static const char *pool(const struct record *record)
{
	return record->pool;
}

static const char *lease(const struct record *record)
{
	return *record->lease ? record->lease : NULL;
}

static const char *mode(const struct record *record)
{
	return device_mode_name(record->mode);
}

static const char *content(const struct record *record)
{
	return record->content != CONTENT_UNKNOWN
		       ? content_kind_name(record->content)
		       : NULL;
}

static const char * override(const struct record *record)
{
	return record->overridden ? policy_mode_name(record->override.mode)
				  : NULL;
}

static bool override_user(const struct record *record, uint64_t *ret)
{
	*ret = record->override.uid;
	return record->overridden;
}

static const char *outcome(const struct record *record)
{
	return outcome_get(record->outcome)->name;
}

static const char *refusal(const struct record *record)
{
	return record->refusal ? plan_refusal_name(record->refusal) : NULL;
}

static const char *progress(const struct record *record)
{
	return record->progress;
}

static const char *found(const struct record *record)
{
	return record->outcome == RECORD_CONTENDED || record->disturbed ||
			       record->restored
		       ? record->found
		       : NULL;
}

static bool node(const struct record *record, uint64_t *ret)
{
	*ret = (uint64_t)record->node;
	return record->node >= 0;
}

static bool job(const struct record *record, uint64_t *ret)
{
	*ret = record->job;
	return record->job;
}

static bool exit_status(const struct record *record, uint64_t *ret)
{
	*ret = outcome_get(record->outcome)->exit_code;
	return true;
}

static bool attempts(const struct record *record, uint64_t *ret)
{
	*ret = record->jobs + record->failures;
	return *ret;
}

/* Of a time by CLOCK_MONOTONIC; 0: none. */
static bool real_time(uint64_t time, uint64_t *ret)
{
	*ret = clock_to_real(time);
	return time;
}

static bool attempted_at(const struct record *record, uint64_t *ret)
{
	return real_time(record->last_job, ret);
}

static bool retry_at(const struct record *record, uint64_t *ret)
{
	return real_time(record->retry_at, ret);
}

static bool override_until(const struct record *record, uint64_t *ret)
{
	return record->overridden && real_time(record->override.until, ret);
}

/* Each has one of the two. */
static const struct {
	const char *name;
	const char *(*text)(const struct record *record); /* NULL: none */
	bool (*number)(const struct record *record, uint64_t *ret);
} facts[] = {
	{ "device", device },
	{ "identity", identity },
	{ "region", region },
	{ "node", NULL, node },
	{ "mode", mode },
	{ "content", content },
	{ "policy", policy },
	{ "pool", pool },
	{ "lease", lease },
	{ "override", override },
	{ "override_user", NULL, override_user },
	{ "override_until", NULL, override_until },
	{ "outcome", outcome },
	{ "exit_status", NULL, exit_status },
	{ "refusal", refusal },
	{ "job", NULL, job },
	{ "progress", progress },
	{ "attempts", NULL, attempts },
	{ "attempted_at", NULL, attempted_at },
	{ "retry_at", NULL, retry_at },
	{ "found", found },
};

struct record record_fact_without_processes(const struct record *record)
{
	static char in_use[] = "its /dev/daxX.Y is in use; root sees by what "
			       "(daxbroker status); stop that, then run "
			       "daxbroker apply";
	struct record copy = *record;

	act_failure_hide_process(&copy.result.failure);
	act_failure_hide_process(&copy.result.undo);
	/* Of all reasons, this one alone names processes. */
	if (copy.refusal == PLAN_REFUSAL_BUSY)
		copy.reason = in_use;
	return copy;
}

void record_fact_failure(const struct record *record, act_fact_fn fact,
			 void *userdata)
{
	if (record->result.outcome != ACT_DONE)
		act_result_facts(&record->result, fact, userdata);
}

void record_facts(const struct record *record, act_fact_fn fact, void *userdata)
{
	char number[24];
	uint64_t value;

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		const char *text = NULL;

		if (facts[i].text) {
			text = facts[i].text(record);
		} else if (facts[i].number(record, &value)) {
			snprintf(number, sizeof(number), "%" PRIu64, value);
			text = number;
		}
		if (text)
			fact(facts[i].name, text, !facts[i].text, userdata);
	}
	record_fact_failure(record, fact, userdata);
}

static void put_retry(FILE *f, const struct record *record)
{
	if (record->outcome == RECORD_FAILED && record->retry_at)
		fprintf(f, "; it is tried again in %" PRIu64 " s (%u of %d)",
			record_retry_pause(record->failures) / 1000000,
			record->failures, RECORD_RETRIES_MAX);
}

static void put_contended(FILE *f, const struct record *record)
{
	fprintf(f,
		"It was to be switched %u times in a row, and something else "
		"changed it each time: now again %s. It is left alone; find "
		"the other agent (a udev rule, a daxctl configuration, a guest "
		"agent), then reload. Or have it be theirs: daxbroker set %s "
		"keep.",
		record->jobs, record->reason, record->device);
	if (record->found)
		fprintf(f, " Seen last: %s.", record->found);
}

static void put_restored(FILE *f, const struct record *record)
{
	fprintf(f,
		"Something else had changed it (%u time%s since the last "
		"reload",
		record->restored, record->restored == 1 ? "" : "s");
	if (record->found)
		fprintf(f, "; seen last: %s", record->found);
	fprintf(f, "), and it was put back. Verified after that: %s",
		record->reason);
}

static void put_switch(FILE *f, const struct record *record)
{
	if (record->to == POLICY_MODE_KEEP)
		fputs("Its region was laid out", f);
	else
		fprintf(f, "It was switched to %s",
			policy_mode_name(record->to));
}

/* What was done is said whatever came of it since. */
static void put_past(FILE *f, const struct record *record)
{
	if (!record->switched)
		return;
	if (record->outcome == RECORD_SWITCHED && !record->kept) {
		fputs("Verified after the switch: ", f);
	} else if (record->kept || record->outcome == RECORD_REFUSED) {
		put_switch(f, record);
		fputs(record->outcome == RECORD_SWITCHED
			      ? "; since then it is kept as it is: "
			      : " before this: ",
		      f);
	}
}

char *record_fact_message(const struct record *record)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);
	_cleanup_free_ char *result = NULL;

	if (!f)
		return NULL;
	if (record->result.outcome != ACT_DONE) {
		result = act_result_describe(&record->result);
		fputs(result ?: "its job failed", f);
		put_retry(f, record);
	} else if (record->outcome == RECORD_CONTENDED) {
		put_contended(f, record);
	} else if (record->outcome == RECORD_RESTORED) {
		put_restored(f, record);
	} else {
		put_past(f, record);
		if (record->outcome == RECORD_STRANDED)
			fputs("no driver has this memory any more: ", f);
		fputs(record->reason ?: "", f);
	}
	return text_stream_take(&stream);
}
