// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/suspect-findings.h"

#include <inttypes.h>
#include <string.h>

static const struct facts_resident *find_owner(const struct facts_usage *usage,
					       size_t suspect)
{
	for (size_t i = 0; i < usage->n_residents; i++)
		if (usage->residents[i].suspects & (1U << suspect))
			return &usage->residents[i];
	return NULL;
}

static bool can_be_pinned(enum facts_page_kind kind)
{
	return kind == FACTS_PAGE_ANON || kind == FACTS_PAGE_FILE ||
	       kind == FACTS_PAGE_MLOCKED || kind == FACTS_PAGE_HELD;
}

/* What the kernel said when it was tried last; whether that still holds. kmem's
 * last_error is of the last attempt. */
static int add_suspect(const struct evidence *evidence, struct diagnosis *d,
		       size_t index)
{
	const struct facts_suspect *s = &evidence->usage->suspects[index];
	const struct facts_resident *owner = find_owner(evidence->usage, index);
	struct diagnosis_finding finding = {
		.kind = "kernel-said",
		.verdict = DIAGNOSIS_MAYBE,
		.pages = 1,
		.advice = "If it is still there, the process that has it pins "
			  "it for I/O: stop that process",
	};
	const char *kind = facts_page_kind_name(s->kind);
	const bool known =
		evidence->usage->attempt_known || evidence->usage->last_error;
	const char *when = known ? ""
				 : " (whether in the last attempt is not "
				   "known)";

	if (s->kind == FACTS_PAGE_FREE || s->kind == FACTS_PAGE_NONE)
		finding.verdict = DIAGNOSIS_FREE;
	if (!can_be_pinned(s->kind))
		finding.advice = NULL;
	if (owner)
		return diagnosis_add_process(
			d, finding.kind, owner, finding,
			"maps the page (0x%" PRIx64
			", now %s) of which the kernel last said%s: %s",
			s->pfn, kind, when, s->words);
	return diagnosis_add(d, finding,
			     "the kernel last said of page 0x%" PRIx64
			     ", which is now %s%s: %s",
			     s->pfn, kind, when, s->words);
}

int suspect_findings_add(const struct evidence *evidence, struct diagnosis *d)
{
	int r = 0;

	for (size_t i = 0; i < evidence->usage->n_suspects && r == 0; i++)
		r = add_suspect(evidence, d, i);
	/* Without a page in it, it is still the kernel's word. */
	if (r == 0 && evidence->usage->last_error &&
	    !strstr(evidence->usage->last_error, " pfn="))
		r = diagnosis_add(
			d, (struct diagnosis_finding){ .kind = "kernel-said" },
			"kmem said of the last attempt: %s",
			evidence->usage->last_error);
	return r;
}
