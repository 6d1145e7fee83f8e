// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "basic/log.h"
#include "basic/names.h"
#include "plan/step.h"

static void report_diagnostic(const struct policy_diagnostic *diagnostic)
{
	bool error = diagnostic->severity == POLICY_ERROR;
	struct log_context context = {
		.message_id = error ? MESSAGE_ID_POLICY_ERROR : NULL,
		.policy = diagnostic->file,
	};
	char line[16] = "";

	if (diagnostic->line)
		snprintf(line, sizeof(line), ":%u", diagnostic->line);
	log_message(error ? LOG_ERR : LOG_WARNING, &context, "%s%s: %s",
		    diagnostic->file, line, diagnostic->message);
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

/* How each outcome is reported: the table that docs/daxbrokerd.8 lists. */
static const struct {
	int priority;
	const char *message_id;
} outcomes[RECORD_OUTCOMES] = {
	[RECORD_PENDING] = { LOG_DEBUG, NULL },
	[RECORD_AS_DECIDED] = { LOG_INFO, NULL },
	[RECORD_SWITCHED] = { LOG_NOTICE, MESSAGE_ID_SWITCHED },
	[RECORD_KEPT] = { LOG_INFO, NULL },
	[RECORD_REFUSED] = { LOG_WARNING, MESSAGE_ID_REFUSED },
	[RECORD_FAILED] = { LOG_ERR, MESSAGE_ID_FAILED },
	[RECORD_STUCK] = { LOG_ERR, MESSAGE_ID_FAILED },
	[RECORD_CONTENDED] = { LOG_ERR, MESSAGE_ID_CONTENDED },
	[RECORD_POLICY_ERROR] = { LOG_WARNING, MESSAGE_ID_POLICY_ERROR },
};

static struct log_context record_context(const struct record *record)
{
	return (struct log_context){
		.device = record->device,
		.region = record->region,
		.policy = record->policy,
		.job = record->job[0] ? record->job : NULL,
	};
}

void report_record(const struct record *record)
{
	struct log_context context = record_context(record);
	char node[16];

	context.message_id = outcomes[record->outcome].message_id;
	snprintf(node, sizeof(node), "%d", record->node);
	context.node = record->node >= 0 ? node : NULL;
	log_message(outcomes[record->outcome].priority, &context,
		    "%s (%s): %s: %s", record->device, record->identity,
		    record_outcome_name(record->outcome),
		    record->message ?: "");
}

void report_unfinished(const struct record *record)
{
	const struct log_context context = record_context(record);

	log_message(LOG_WARNING, &context,
		    "%s (%s): stopping before it is as decided; the next "
		    "start goes on",
		    record->device, record->identity);
}

void report_job_begun(const struct record *record, const struct plan *plan)
{
	const struct log_context context = record_context(record);

	log_message(LOG_INFO, &context, "%s (%s): job %s begins: %s",
		    record->device, record->identity, record->job,
		    plan->reason);
	for (size_t i = 0; i < plan->n_steps; i++) {
		_cleanup_free_ char *text =
			plan_step_describe(plan, &plan->steps[i]);

		log_message(LOG_DEBUG, &context, "%s: step %zu of %zu: %s (%s)",
			    record->device, i + 1, plan->n_steps, text ?: "?",
			    plan->steps[i].reason ?: "");
	}
}

void report_progress(const struct record *record)
{
	const struct log_context context = record_context(record);

	log_message(LOG_DEBUG, &context, "%s", record->progress);
}

void report_cut_off(const struct record *record, const char *text)
{
	struct log_context context = record_context(record);

	context.message_id = MESSAGE_ID_CUT_OFF;
	log_message(LOG_WARNING, &context, "%s (%s): %s", record->device,
		    record->identity, text);
}

void report_moot(const struct journal_job *job)
{
	const struct log_context context = {
		.device = job->plan->device,
		.region = job->plan->region,
	};
	_cleanup_free_ char *text = recovery_describe(job, RECOVERY_GONE);

	log_message(LOG_INFO, &context, "%s", text ?: "a job is moot");
}
