// SPDX-License-Identifier: GPL-2.0-or-later
#include "dump-decision.h"

#include <inttypes.h>

static const char *const answers[] = {
	[POLICY_FITS] = "fits",
	[POLICY_DIFFERS] = "differs",
	[POLICY_UNDECIDED] = "undecided",
	[POLICY_IN_ERROR] = "in-error",
};

static void dump_position(FILE *f, const char *file, unsigned int line)
{
	fprintf(f, "%s:", file);
	if (line)
		fprintf(f, "%u:", line);
}

static void dump_reason(FILE *f, const struct policy_reason *reason)
{
	fprintf(f, "%s ", answers[reason->answer]);
	dump_position(f, reason->file, reason->line);
	if (reason->key)
		fprintf(f, " [%s wanted '%s' have '%s']", reason->key,
			reason->wanted, reason->have);
	fprintf(f, " %s\n", reason->message);
	for (size_t i = 0; i < reason->n_keys; i++) {
		const struct policy_key_reason *key = &reason->keys[i];

		fprintf(f, "  key ");
		dump_position(f, key->file, key->line);
		fprintf(f, " %s wanted '%s' have '%s'\n", key->key, key->wanted,
			key->have);
	}
	for (size_t i = 0; i < reason->n_dropins; i++)
		fprintf(f, "  drop-in %s\n", reason->dropins[i]);
}

static void dump_layout(FILE *f, const struct policy_layout *layout)
{
	fprintf(f, "layout %s: %s\n", policy_layout_fault_name(layout->fault),
		layout->message);
	for (size_t i = 0; i < layout->n_slices; i++) {
		const struct policy_slice *p = &layout->slices[i];

		fprintf(f,
			"  slice %s %s %s offset=%" PRIu64 " size=%" PRIu64
			" align=%" PRIu64 " waste=%" PRIu64,
			p->name, policy_mode_name(p->mode),
			policy_zone_name(p->zone), p->offset, p->size, p->align,
			p->waste);
		fprintf(f, " memmap=%s exclusive=%s fork=%s node=%s\n",
			policy_memmap_name(p->memmap_on_memory),
			policy_exclusive_name(p->exclusive),
			policy_fork_name(p->fork_inheritance),
			p->node_name ? p->node_name : "-");
	}
	if (layout->fault == POLICY_LAYOUT_FITS)
		fprintf(f, "  unused=%" PRIu64 " waste=%" PRIu64 "\n",
			layout->unused, layout->waste);
}

static void dump_limits(FILE *f, const struct policy_decision *decision)
{
	const struct policy_limits *limits = decision->limits;

	if (limits->movable)
		fprintf(f, "limit ratio %" PRIu64 ":%" PRIu64 " (%s:%u)\n",
			limits->movable, limits->kernel,
			limits->ratio_origin.file, limits->ratio_origin.line);
	if (limits->kernel_free)
		fprintf(f, "limit kernel-free %" PRIu64 " (%s:%u)\n",
			limits->kernel_free, limits->free_origin.file,
			limits->free_origin.line);
	if (limits->fault)
		fprintf(f, "limits in error: %s\n", limits->fault);
	if (decision->exclusion)
		fprintf(f, "never touch %s (%s:%u)\n",
			decision->exclusion->text,
			decision->exclusion->origin.file,
			decision->exclusion->origin.line);
	if (decision->exclusion_unknown)
		fprintf(f, "never touch unknown\n");
}

/* Only what is not the default, but for the mode. */
void dump_decision(FILE *f, const struct policy_decision *decision)
{
	const struct {
		const char *name;
		unsigned int value;
		const char *word;
	} choices[] = {
		{ "zone", decision->zone, policy_zone_name(decision->zone) },
		{ "memmap-on-memory", decision->memmap_on_memory,
		  policy_memmap_name(decision->memmap_on_memory) },
		{ "present", decision->present,
		  policy_present_name(decision->present) },
		{ "persistent", decision->persistent,
		  policy_persistent_name(decision->persistent) },
		{ "on-busy", decision->on_busy,
		  policy_on_busy_name(decision->on_busy) },
		{ "exclusive", decision->exclusive,
		  policy_exclusive_name(decision->exclusive) },
		{ "fork-inheritance", decision->fork_inheritance,
		  policy_fork_name(decision->fork_inheritance) },
	};

	fprintf(f, "mode %s\n", policy_mode_name(decision->mode));
	for (size_t i = 0; i < ARRAY_SIZE(choices); i++)
		if (choices[i].value)
			fprintf(f, "%s %s\n", choices[i].name, choices[i].word);
	if (decision->on_busy)
		fprintf(f, "busy-timeout %" PRIu64 "\n",
			decision->busy_timeout);
	if (decision->node_name)
		fprintf(f, "node-name %s\n", decision->node_name);
	if (decision->layout)
		dump_layout(f, decision->layout);
	dump_limits(f, decision);
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

	diagnostics = policy_set_diagnostics(set, &n);
	for (size_t i = 0; i < n; i++) {
		const struct policy_diagnostic *d = &diagnostics[i];

		fprintf(f, "%s ",
			d->severity == POLICY_ERROR ? "error" : "warning");
		dump_position(f, d->file, d->line);
		if (d->column)
			fprintf(f, "%u:", d->column);
		fprintf(f, " %s\n", d->message);
	}
}
