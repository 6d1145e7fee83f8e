// SPDX-License-Identifier: GPL-2.0-or-later
#include "dump-decision.h"

#include <inttypes.h>
#include <string.h>

#include "policy/settings.h"

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

static void dump_ranges(FILE *f, const struct policy_slice *slice)
{
	for (size_t i = 0; i < slice->n_ranges; i++)
		fprintf(f, "%s%#" PRIx64 "-%#" PRIx64,
			i ? "," : " at=", slice->ranges[i].start,
			slice->ranges[i].end);
	if (slice->use.clear)
		fprintf(f, " clear=%s", policy_clear_words[slice->use.clear]);
	fputc('\n', f);
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
			p->name, policy_mode_name(p->use.mode),
			policy_zone_name(p->use.zone), p->offset, p->size,
			p->align, p->waste);
		fprintf(f, " memmap=%s exclusive=%s fork=%s node=%s",
			policy_memmap_name(p->use.memmap_on_memory),
			policy_exclusive_name(p->use.exclusive),
			policy_fork_name(p->use.fork_inheritance),
			*p->use.node_name ? p->use.node_name : "-");
		fprintf(f, "%s%s", *p->use.device_name ? " device=" : "",
			p->use.device_name);
		dump_ranges(f, p);
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

/* Of these the default is shown as well. */
static bool is_dumped(const struct policy_setting *s,
		      const struct policy_use *use)
{
	return strcmp(s->key, "Mode") == 0 ||
	       (strcmp(s->key, "BusyTimeout") == 0 && use->on_busy) ||
	       !policy_setting_is_default(s, use);
}

static void dump_use(FILE *f, const struct policy_use *use)
{
	char buf[POLICY_VALUE_MAX];

	for (const struct policy_setting *s = NULL;
	     (s = policy_settings_next_use(POLICY_SECTION_REGION, s));)
		if (is_dumped(s, use))
			fprintf(f, "%s %s\n", s->name,
				policy_setting_show(s, use, buf));
}

void dump_decision(FILE *f, const struct policy_decision *decision,
		   const struct policy_explanation *asked)
{
	dump_use(f, &decision->use);
	if (decision->use.clear)
		fprintf(f, "clear %s\n",
			policy_clear_words[decision->use.clear]);
	if (decision->pool)
		fprintf(f, "pool %s\n", decision->pool->name);
	if (decision->grant)
		fprintf(f, "lease %016" PRIx64 "\n", decision->grant);
	if (decision->layout)
		dump_layout(f, decision->layout);
	dump_limits(f, decision);
	if (decision->override_unknown)
		fprintf(f, "override unknown\n");
	if (decision->override)
		fprintf(f, "override of user %u, else %s\n",
			decision->override->uid,
			policy_mode_name(decision->file_mode));
	fprintf(f, "file %s\n", decision->file ? decision->file : "none");
	if (decision->faulty)
		fprintf(f, "faulty\n");
	for (size_t i = 0; i < asked->n; i++)
		dump_reason(f, &asked->reasons[i]);
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
