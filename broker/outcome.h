/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_OUTCOME_H
#define BROKER_OUTCOME_H

#include <stdbool.h>

#include "basic/exit-codes.h"

/* What has become of a device. */
enum record_outcome {
	RECORD_PENDING,	   /* a job for it is waited for or under way */
	RECORD_AS_DECIDED, /* nothing was to be done */
	RECORD_SWITCHED,   /* a job switched it since the last reset */
	RECORD_RESTORED,   /* the same, of what something else had changed */
	RECORD_KEPT,	   /* its policy is to leave it alone */
	RECORD_REFUSED,	   /* the switch must not be made: see refusal */
	RECORD_FAILED,	   /* a job failed, and was undone or died */
	RECORD_STUCK,	   /* a job failed, and so did undoing it */
	RECORD_CONTENDED,  /* something else changes it back, again and again */
	RECORD_POLICY_ERROR, /* kept, for a policy file is in error */
	RECORD_STRANDED,     /* its memory is online, and no driver has it */
	RECORD_OUTCOMES,
};

/* What is made of an outcome, everywhere. */
struct outcome {
	const char *name; /* "as-decided", ... */
	enum exit_code exit_code;
	bool trouble;		/* a person must do something about it */
	int priority;		/* of the log's line, LOG_* */
	const char *message_id; /* of it, MESSAGE_ID_*; NULL: none */
};

/* @outcome is below RECORD_OUTCOMES. */
const struct outcome *outcome_get(enum record_outcome outcome);

#endif
