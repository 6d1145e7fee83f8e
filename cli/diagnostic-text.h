/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_DIAGNOSTIC_TEXT_H
#define CLI_DIAGNOSTIC_TEXT_H

#include <stdio.h>

#include "policy/diagnostic.h"

/* "error" or "warning" */
const char *diagnostic_text_severity(enum policy_severity severity);

/* "FILE:LINE:COLUMN: error: MESSAGE" and a newline; @host is the machine on
 * which it is one, or NULL. */
void diagnostic_text_print(FILE *out,
			   const struct policy_diagnostic *diagnostic,
			   const char *host);

#endif
