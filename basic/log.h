/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_LOG_H
#define BASIC_LOG_H

#include <syslog.h>

#include "basic/cleanup.h"

/*
 * Log lines carry fields. Unset ones (NULL, or a negative node) are left out.
 * Under journald (stderr is the journal's stream, see $JOURNAL_STREAM in
 * systemd.exec(5)) the fields are journal fields; elsewhere the line goes to
 * stderr with the program's name in front.
 *
 * A function either logs or returns its error, never both.
 */
struct log_context {
	const char *message_id; /* one of basic/names.h's MESSAGE_ID_* */
	const char *device;	/* DAX_DEVICE= */
	const char *region;	/* REGION=: the region's sysfs path */
	const char *policy;	/* POLICY=: the file that decided */
	const char *job;	/* JOB_ID= */
	const char *node;	/* NODE= */
};

/* Messages below @priority (numerically above it) are dropped; the default is
 * LOG_INFO. */
void log_set_max_level(int priority);

/* @context may be NULL. */
void log_message(int priority, const struct log_context *context,
		 const char *format, ...) _printf_(3, 4);

#define log_error(...) log_message(LOG_ERR, NULL, __VA_ARGS__)
#define log_warning(...) log_message(LOG_WARNING, NULL, __VA_ARGS__)
#define log_info(...) log_message(LOG_INFO, NULL, __VA_ARGS__)
#define log_debug(...) log_message(LOG_DEBUG, NULL, __VA_ARGS__)

#endif
