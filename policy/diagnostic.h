/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_DIAGNOSTIC_H
#define POLICY_DIAGNOSTIC_H

#include <stddef.h>

/* What is wrong with a file, and where. */

enum policy_severity {
	POLICY_WARNING, /* reported; the file still takes part */
	POLICY_ERROR,	/* the file decides nothing, see POLICY_IN_ERROR */
};

struct policy_diagnostic {
	enum policy_severity severity;
	const char *file;  /* as an admin names it: "/etc/daxbroker/x.region" */
	unsigned int line; /* 1 is the first; 0: the file as a whole */
	unsigned int column; /* in bytes, 1 is the first; 0: the line as a
			      * whole */
	const char *message; /* one sentence, no file:line in it; says what to
			      * do where that is not obvious */
};

/* Where in a file; 0 means the same as in struct policy_diagnostic. */
struct policy_position {
	unsigned int line;
	unsigned int column;
};

#define POLICY_WHOLE_FILE ((struct policy_position){ 0, 0 })

/* Where a setting is assigned. */
struct policy_origin {
	const char *file; /* NULL: nowhere */
	unsigned int line;
	unsigned int column;
};

#endif
