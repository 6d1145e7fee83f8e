/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_LOG_H
#define BASIC_LOG_H

#include <stddef.h>
#include <syslog.h>

#include "basic/cleanup.h"

/*
 * Log lines carry fields. Under journald (stderr is the journal's stream, see
 * $JOURNAL_STREAM in systemd.exec(5)) they are journal fields; elsewhere the
 * line goes to stderr with the program's name in front.
 *
 * A function either logs or returns its error, never both.
 */
struct log_field {
	const char *name;  /* "blocker_pid": the journal has BLOCKER_PID= */
	const char *value; /* NULL: it is left out */
};

struct log_context {
	const char *message_id; /* one of basic/names.h's, or NULL */
	const struct log_field *fields;
	size_t n_fields;
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
