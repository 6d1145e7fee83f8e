/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_RECORD_FACT_H
#define BROKER_RECORD_FACT_H

#include "broker/record.h"

/*
 * What is known of a device, for those outside: the log's fields, D-Bus and
 * JSON have the same facts under the same names. docs/org.daxbroker1.5 explains
 * them.
 */

/*
 * A copy for those who may not see other users' processes: its facts and its
 * message are without what names one. What it points to is @record's.
 */
struct record record_fact_without_processes(const struct record *record);

/* Why the record has its outcome, and what to do: a sentence or more, to be
 * freed; NULL: out of memory. */
char *record_fact_message(const struct record *record);

/* Those of its last job alone, if that failed; they are among record_facts().
 */
void record_fact_failure(const struct record *record, act_fact_fn fact,
			 void *userdata);

/* Calls @fact for each that applies, in a fixed order. The message is not among
 * them. */
void record_facts(const struct record *record, act_fact_fn fact,
		  void *userdata);

#endif
