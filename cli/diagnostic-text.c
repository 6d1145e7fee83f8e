// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/diagnostic-text.h"

#include "cli/terminal.h"

const char *diagnostic_text_severity(enum policy_severity severity)
{
	return severity == POLICY_ERROR ? "error" : "warning";
}

void diagnostic_text_print(FILE *out,
			   const struct policy_diagnostic *diagnostic,
			   const char *host)
{
	fprintf(out, "%s%s:", terminal_start(TERMINAL_BOLD), diagnostic->file);
	if (diagnostic->line)
		fprintf(out, "%u:", diagnostic->line);
	if (diagnostic->column)
		fprintf(out, "%u:", diagnostic->column);
	fprintf(out, "%s %s%s%s: %s%s%s\n", terminal_end(),
		terminal_start(diagnostic->severity == POLICY_ERROR
				       ? TERMINAL_BAD
				       : TERMINAL_CHANGE),
		diagnostic_text_severity(diagnostic->severity), terminal_end(),
		host ? host : "", host ? ": " : "", diagnostic->message);
}
