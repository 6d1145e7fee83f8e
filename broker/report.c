// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "basic/names.h"
#include "broker/record-fact.h"
#include "plan/step.h"

/* More than there are facts. */
#define FIELDS_MAX 48

/* The facts of a device as the log's fields. */
struct fields {
	struct log_field fields[FIELDS_MAX];
	char *values[FIELDS_MAX];
	size_t n;
};

static void report_diagnostic(const struct policy_diagnostic *diagnostic)
{
	bool error = diagnostic->severity == POLICY_ERROR;
	const struct log_field field = { "policy", diagnostic->file };
	const struct log_context context = {
		error ? MESSAGE_ID_POLICY_ERROR : NULL,
		&field,
		1,
	};
	char line[16] = "";

	if (diagnostic->line)
		snprintf(line, sizeof(line), ":%u", diagnostic->line);
	log_message(error ? LOG_ERR : LOG_WARNING, &context, "%s%s: %s",
		    diagnostic->file, line, diagnostic->message);
}

void report_override(const char *device, const struct policy_override *override,
		     uid_t uid)
{
	const struct log_field field = { "device", device };
	const struct log_context context = { MESSAGE_ID_OVERRIDE, &field, 1 };

	if (override)
		log_message(LOG_NOTICE, &context,
			    "User %u has %s be %s, whatever the policies say",
			    uid, device, policy_mode_name(override->mode));
	else
		log_message(LOG_NOTICE, &context,
			    "User %u has %s be what the policies say again",
			    uid, device);
}

void report_overrides_ended(void)
{
	const struct log_context context = {
		.message_id = MESSAGE_ID_OVERRIDE,
	};

	log_message(LOG_NOTICE, &context,
		    "The time of an override is over: its device is what the "
		    "policies say again");
}

void report_policies(const struct policy_set *policies)
{
	const struct policy_diagnostic *diagnostics;
	size_t n;

	diagnostics = policy_set_diagnostics(policies, &n);
	for (size_t i = 0; i < n; i++)
		report_diagnostic(&diagnostics[i]);
	if (policy_set_limits(policies)->fault)
		log_message(LOG_WARNING, NULL,
			    "No device is switched while " POLICY_CONF
			    " is in error, as nobody knows what it forbids");
	else if (policy_set_has_errors(policies))
		log_message(LOG_WARNING, NULL,
			    "Devices that a policy file in error may be meant "
			    "for are kept as they are; correct it, then reload "
			    "(daxbroker check says when it is right)");
}

static void fields_add(const char *name, const char *value,
		       bool is_number _unused_, void *userdata)
{
	struct fields *fields = userdata;

	if (fields->n == FIELDS_MAX)
		return;
	fields->values[fields->n] = strdup(value);
	fields->fields[fields->n] = (struct log_field){
		.name = name,
		.value = fields->values[fields->n],
	};
	fields->n++;
}

static void fields_done(struct fields *fields)
{
	while (fields->n > 0)
		free(fields->values[--fields->n]);
}

/* A line about a device, with all that is known of it; @result (or NULL) is of
 * a job that the record does not have. */
_printf_(5, 6) static void report(int priority, const char *message_id,
				  const struct record *record,
				  const struct act_result *result,
				  const char *format, ...)
{
	_cleanup_(fields_done) struct fields fields = { .n = 0 };
	struct log_context context = { message_id, fields.fields };
	_cleanup_free_ char *text = NULL;
	va_list ap;

	record_facts(record, fields_add, &fields);
	if (result)
		act_result_facts(result, fields_add, &fields);
	context.n_fields = fields.n;
	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);
	log_message(priority, &context, "%s (%s): %s", record->device,
		    record->identity, text ?: "out of memory");
}

void report_record(const struct record *record)
{
	const struct outcome *outcome = outcome_get(record->outcome);
	_cleanup_free_ char *message = record_fact_message(record);

	report(outcome->priority, outcome->message_id, record, NULL, "%s: %s",
	       outcome->name, message ?: "");
}

void report_disturbed(const struct record *record)
{
	report(LOG_NOTICE, MESSAGE_ID_RESTORED, record, NULL,
	       "something else has changed it: it is %s now; it is to be put "
	       "back",
	       record->found ?: "another");
}

void report_laid_out(const struct record *record)
{
	report(LOG_NOTICE, NULL, record, NULL,
	       "job %u is done: the region is laid out", record->job);
}

void report_all_unfinished(const struct record_table *records)
{
	for (size_t i = 0; i < records->n; i++) {
		const struct record *record = records->records[i];

		if (record->seen && record->outcome == RECORD_PENDING)
			report(LOG_WARNING, NULL, record, NULL,
			       "stopping before it is as decided; the next "
			       "start goes on");
	}
}

void report_job_begun(const struct record *record, const struct plan *plan)
{
	/* When it was refused before, its end says what is new. */
	report(record->user.kind[0] ? LOG_DEBUG : LOG_INFO, NULL, record, NULL,
	       "job %u begins: %s", record->job, plan->reason);
	for (size_t i = 0; i < plan->n_steps; i++) {
		_cleanup_free_ char *text =
			plan_step_describe(plan, &plan->steps[i]);

		report(LOG_DEBUG, NULL, record, NULL,
		       "step %zu of %zu: %s (%s)", i + 1, plan->n_steps,
		       text ?: "?", plan->steps[i].reason ?: "");
	}
}

void report_progress(const struct record *record)
{
	report(LOG_DEBUG, NULL, record, NULL, "%s", record->progress);
}

void report_result(const struct record *record, const struct act_result *result)
{
	_cleanup_free_ char *text = act_result_describe(result);

	report(result->outcome == ACT_LOST ? LOG_WARNING : LOG_INFO, NULL,
	       record, result, "%s; it is planned anew", text ?: "overtaken");
}

void report_cut_off(const struct record *record, const struct journal_job *job,
		    enum recovery recovery)
{
	_cleanup_free_ char *text = recovery_describe(job, recovery);

	report(LOG_WARNING, MESSAGE_ID_CUT_OFF, record, NULL, "%s",
	       text ?: "a job was cut off");
}

void report_undone(const struct record *record, const struct act_result *result)
{
	_cleanup_free_ char *text = act_result_describe(result);

	report(LOG_WARNING, MESSAGE_ID_CUT_OFF, record, result,
	       "What a job had done before it was cut off is undone: %s",
	       text ?: "");
}

void report_bystander(const struct record *record, const char *change)
{
	report(LOG_WARNING, MESSAGE_ID_BYSTANDER, record, NULL,
	       "%s; a job changes nothing but its own device, so something "
	       "else did, or this is a fault of daxbroker's",
	       change);
}

void report_moot(const struct journal_job *job)
{
	const struct log_field fields[] = {
		{ "device", job->plan->device },
		{ "region", job->plan->region },
	};
	const struct log_context context = { MESSAGE_ID_CUT_OFF, fields,
					     ARRAY_SIZE(fields) };
	_cleanup_free_ char *text = recovery_describe(job, RECOVERY_GONE);

	log_message(LOG_INFO, &context, "%s", text ?: "a job is moot");
}
