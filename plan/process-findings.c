// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/process-findings.h"

static int add_pinned(const struct evidence *evidence, struct diagnosis *d,
		      const struct facts_resident *r)
{
	char size[SIZE_FORMAT_MAX];

	return diagnosis_add_process(
		d, "pinned", r,
		(struct diagnosis_finding){
			.verdict = DIAGNOSIS_BLOCKED,
			.pages = r->pinned,
			.advice = "Stop it, or have it unregister "
				  "its buffers; the kernel would "
				  "try for ever",
		},
		"has pinned %s of it for I/O: buffers that it "
		"registered with io_uring",
		evidence_size(evidence, r->pinned, size));
}

/* That it pins is seen, not what: so this names it only where pages of a
 * kernel zone are its; in a movable zone none can be pinned for long. */
static int add_pinner(const struct evidence *evidence, struct diagnosis *d,
		      const struct facts_resident *r)
{
	const struct diagnosis_finding finding = {
		.verdict = DIAGNOSIS_MAYBE,
		.pages = r->pages,
		.advice = "If memory does not go offline, stop it first",
	};
	char size[SIZE_FORMAT_MAX], pinned[SIZE_FORMAT_MAX];

	evidence_size(evidence, r->pages, size);
	if (r->pinner)
		return diagnosis_add_process(
			d, "pinner", r, finding,
			"maps %s of it and has %s open, by which "
			"memory is pinned",
			size, r->pinner);
	return diagnosis_add_process(
		d, "pinner", r, finding,
		"maps %s of it and has pinned %s of memory "
		"(VmPin), maybe of this",
		size, size_format(r->pinned_bytes, pinned));
}

static int add_bound(const struct evidence *evidence, struct diagnosis *d,
		     const struct facts_resident *r)
{
	char size[SIZE_FORMAT_MAX];

	return diagnosis_add_process(
		d, "bound", r,
		(struct diagnosis_finding){
			.pages = r->bound,
			.advice = "Have it prefer the node instead "
				  "(numactl --preferred, not "
				  "--membind), or stop it first",
		},
		"has %s of it where it may use memory of node %d "
		"alone: that moves, but when it needs more and the "
		"node has none left, the kernel kills it as out of "
		"memory",
		evidence_size(evidence, r->bound, size),
		evidence->device->target_node);
}

static int add_process(const struct evidence *evidence, struct diagnosis *d,
		       const struct facts_resident *p)
{
	char size[SIZE_FORMAT_MAX];
	int r = 0;

	if (p->pinned)
		r = add_pinned(evidence, d, p);
	else if (evidence->kernel_zone && (p->pinner || p->pinned_bytes))
		r = add_pinner(evidence, d, p);
	if (r == 0 && p->bound)
		r = add_bound(evidence, d, p);
	if (r == 0 && p->locked)
		r = diagnosis_add_process(
			d, "mlocked", p,
			(struct diagnosis_finding){ .pages = p->locked },
			"has locked %s of it in memory; that moves all the "
			"same",
			evidence_size(evidence, p->locked, size));
	if (r == 0 && p->huge)
		r = diagnosis_add_process(
			d, "hugetlb", p,
			(struct diagnosis_finding){ .pages = p->huge },
			"uses %s of it as huge pages",
			evidence_size(evidence, p->huge, size));
	return r;
}

int process_findings_add(const struct evidence *evidence, struct diagnosis *d)
{
	const struct facts_usage *usage = evidence->usage;
	int r = 0;

	for (size_t i = 0; i < usage->n_residents && r == 0; i++)
		r = add_process(evidence, d, &usage->residents[i]);
	return r;
}
