// SPDX-License-Identifier: GPL-2.0-or-later
#include "dump-decision.h"

static const char *const answers[] = {
	[POLICY_FITS] = "fits",
	[POLICY_DIFFERS] = "differs",
	[POLICY_UNDECIDED] = "undecided",
	[POLICY_IN_ERROR] = "in-error",
};

static void dump_place(FILE *f, const char *file, unsigned int line)
{
	fprintf(f, "%s:", file);
	if (line)
		fprintf(f, "%u:", line);
}

static void dump_reason(FILE *f, const struct policy_reason *reason)
{
	fprintf(f, "%s ", answers[reason->answer]);
	dump_place(f, reason->file, reason->line);
	if (reason->key)
		fprintf(f, " [%s wanted '%s' have '%s']", reason->key,
			reason->wanted, reason->have);
	fprintf(f, " %s\n", reason->message);
}

void dump_decision(FILE *f, const struct policy_decision *decision)
{
	fprintf(f, "mode %s\n", policy_mode_name(decision->mode));
	if (decision->zone)
		fprintf(f, "zone %s\n", policy_zone_name(decision->zone));
	if (decision->present)
		fprintf(f, "present %s\n",
			policy_present_name(decision->present));
	if (decision->persistent)
		fprintf(f, "persistent %s\n",
			policy_persistent_name(decision->persistent));
	if (decision->node_name)
		fprintf(f, "node-name %s\n", decision->node_name);
	fprintf(f, "file %s\n", decision->file ? decision->file : "none");
	if (decision->faulty)
		fprintf(f, "faulty\n");
	for (size_t i = 0; i < decision->n_reasons; i++)
		dump_reason(f, &decision->reasons[i]);
}

void dump_diagnostics(FILE *f, const struct policy_set *set)
{
	const struct policy_diagnostic *diagnostics;
	size_t n;

	diagnostics = policy_diagnostics(set, &n);
	for (size_t i = 0; i < n; i++) {
		fprintf(f, "%s ",
			diagnostics[i].severity == POLICY_ERROR ? "error"
								: "warning");
		dump_place(f, diagnostics[i].file, diagnostics[i].line);
		fprintf(f, " %s\n", diagnostics[i].message);
	}
}
