// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/diagnose.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "basic/text.h"
#include "plan/evidence.h"
#include "plan/page-findings.h"
#include "plan/process-findings.h"
#include "plan/suspect-findings.h"

/* What moves needs room on other nodes. */
static int add_room(const struct evidence *evidence, struct diagnosis *d)
{
	const struct facts_snapshot *s = evidence->snapshot;
	uint64_t need = (evidence->pages[FACTS_PAGE_ANON] +
			 evidence->pages[FACTS_PAGE_MLOCKED]) *
			evidence->usage->page_size;
	char need_text[SIZE_FORMAT_MAX], free_text[SIZE_FORMAT_MAX];
	uint64_t free_bytes = 0;

	for (size_t i = 0; i < s->n_nodes; i++)
		if (s->nodes[i].id != evidence->device->target_node)
			free_bytes += s->nodes[i].free;
	if (need <= free_bytes)
		return 0;
	return diagnosis_add(
		d,
		(struct diagnosis_finding){
			.kind = "no-room",
			.verdict = DIAGNOSIS_MAYBE,
			.pages = need / evidence->usage->page_size,
			.advice = "Free memory on the other nodes, or add "
				  "swap" },
		"%s of processes' memory has to move, and the other nodes "
		"have %s free",
		size_format(need, need_text),
		size_format(free_bytes, free_text));
}

static int add_unreadable(const struct evidence *evidence, struct diagnosis *d)
{
	struct diagnosis_finding finding = {
		.kind = "unreadable",
		.verdict = DIAGNOSIS_UNKNOWN,
		.advice = "Run this as root, outside of containers",
	};
	int r = 0;

	if (!evidence->usage->pages_known)
		r = diagnosis_add(d, finding,
				  "what its pages are cannot be read "
				  "(/proc/kpageflags)");
	finding.advice = "Run this as root, outside of containers; before "
			 "Linux 6.7 a process that has a very large mapping "
			 "with little memory in it is left out";
	if (r == 0 && !evidence->usage->residents_known)
		r = diagnosis_add(d, finding,
				  "not all processes could be looked into");
	return r;
}

static int summarize(const struct evidence *evidence, struct diagnosis *d)
{
	static const char *const texts[] = {
		[DIAGNOSIS_FREE] = "all of it can go offline",
		[DIAGNOSIS_UNKNOWN] =
			"whether it can go offline could not be found out",
		[DIAGNOSIS_MAYBE] = "it may go offline, or not",
		[DIAGNOSIS_BLOCKED] = "it cannot go offline now",
	};
	const struct facts_usage *usage = evidence->usage;

	if (usage->n_blocks == 0)
		d->summary = text_format("no memory of %s is online: there is "
					 "nothing to take offline",
					 evidence->device->name);
	else
		d->summary = text_format(
			"%zu of %" PRIu64 " memory blocks of %s are online on "
			"node %d: %s",
			usage->n_blocks, evidence->device->possible_blocks,
			evidence->device->name, evidence->device->target_node,
			texts[d->verdict]);
	return d->summary ? 0 : -ENOMEM;
}

static int find(const struct evidence *evidence, struct diagnosis *d)
{
	static int (*const finders[])(const struct evidence *,
				      struct diagnosis *) = {
		process_findings_add, page_findings_add,
		suspect_findings_add, add_room,
		add_unreadable,
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(finders) && r == 0; i++)
		r = finders[i](evidence, d);
	return r;
}

int diagnose(const struct facts_snapshot *snapshot,
	     const struct facts_device *device, const struct facts_usage *usage,
	     struct diagnosis **ret)
{
	_cleanup_diagnosis_ struct diagnosis *d = calloc(1, sizeof(*d));
	struct evidence evidence = { snapshot, device, usage };
	int r = 0;

	if (!d)
		return -ENOMEM;
	evidence_count(&evidence);
	if (usage->n_blocks > 0)
		r = find(&evidence, d);
	if (r == 0)
		r = summarize(&evidence, d);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(d);
	return 0;
}
