/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_REPORT_H
#define BROKER_REPORT_H

#include "broker/record-table.h"
#include "broker/recovery.h"
#include "policy/override.h"
#include "policy/set.h"

/* What the broker writes to the log, with its fields and message ids. */

/* What loading the policies found. */
void report_policies(const struct policy_set *policies);

/* A person has decided a device, or, with NULL, has ended that; @device is its
 * name or its identity. */
void report_override(const char *device, const struct policy_override *override,
		     uid_t uid);

/* The time of some overrides is over. */
void report_overrides_ended(void);

/* A device's outcome is another than before, or a job of it has failed. */
void report_record(const struct record *record);

/* Something else has changed what was as decided. */
void report_disturbed(const struct record *record);

/* A job has laid the device's region out. */
void report_laid_out(const struct record *record);

/* The daemon stops before some devices are as decided. */
void report_all_unfinished(const struct record_table *records);

/* A job begins, with all its steps. */
void report_job_begun(const struct record *record, const struct plan *plan);

/* How far its job is: record->progress. */
void report_progress(const struct record *record);

/* A job of the device has ended, and the next pass decides what follows. */
void report_result(const struct record *record,
		   const struct act_result *result);

/* A job of the device was cut off, and this becomes of it. */
void report_cut_off(const struct record *record, const struct journal_job *job,
		    enum recovery recovery);

/* What it had done is undone. */
void report_undone(const struct record *record,
		   const struct act_result *result);

/* It changed while jobs of others ran: how, as a phrase. */
void report_bystander(const struct record *record, const char *change);

/* A job was cut off, and its device is gone. */
void report_moot(const struct journal_job *job);

#endif
