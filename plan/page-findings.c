// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/page-findings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "plan/plan.h"

/* What pages of a kind mean to their block. */
struct kind_rule {
	enum diagnosis_verdict verdict;
	const char *what; /* "N (SIZE) WHAT in memoryN" */
	const char *advice;
};

#define KEEP_OUT                                                           \
	"With Zone=movable in its policy the kernel keeps its own memory " \
	"out of it from the next time on"

static const struct kind_rule rules[FACTS_PAGE_KINDS] = {
	[FACTS_PAGE_HELD] = { DIAGNOSIS_BLOCKED,
			      "pages that were a process's and are held though "
			      "none maps "
			      "them: a buffer that is registered for I/O, or "
			      "in a pipe",
			      "Stop the process that does such I/O (RDMA, "
			      "VFIO, AF_XDP, "
			      "io_uring, vmsplice)" },
	[FACTS_PAGE_SLAB] = { DIAGNOSIS_BLOCKED,
			      "pages of kernel objects (slab)",
			      "\"sysctl vm.drop_caches=2\" frees those that "
			      "only cache "
			      "files' names; the others stay as long as what "
			      "they are for. " KEEP_OUT },
	[FACTS_PAGE_TABLE] = { DIAGNOSIS_BLOCKED, "pages of page tables",
			       "They go when the processes end that they "
			       "belong to. " KEEP_OUT },
	[FACTS_PAGE_RESERVED] = { DIAGNOSIS_BLOCKED,
				  "reserved pages, which the kernel never "
				  "moves",
				  "Only a reboot gives them back" },
	[FACTS_PAGE_BALLOONED] = { DIAGNOSIS_BLOCKED,
				   "pages that a balloon driver gave to the "
				   "hypervisor",
				   "Have the hypervisor deflate the balloon" },
	[FACTS_PAGE_POISONED] = { DIAGNOSIS_FREE,
				  "pages with a memory error, which are left "
				  "out",
				  NULL },
	[FACTS_PAGE_MLOCKED] = { DIAGNOSIS_FREE,
				 "pages locked in memory (mlock), which move "
				 "like others",
				 NULL },
	[FACTS_PAGE_ANON] = { DIAGNOSIS_FREE, "pages of processes, which move",
			      NULL },
	[FACTS_PAGE_FILE] = { DIAGNOSIS_FREE,
			      "pages of files and shared memory, which move or "
			      "go",
			      NULL },
};

/* The blocks with pages of @kind in *ret_ids, to be freed. In a movable zone
 * there is no memory of the kernel: what looks so is set aside as free. */
static size_t blocks_with(const struct evidence *evidence,
			  enum facts_page_kind kind, uint64_t **ret_ids,
			  uint64_t *ret_pages)
{
	const struct facts_usage *usage = evidence->usage;
	uint64_t *ids = calloc(usage->n_blocks + 1, sizeof(*ids));
	uint64_t pages = 0;
	size_t n = 0;

	for (size_t i = 0; ids && i < usage->n_blocks; i++) {
		const struct facts_block_pages *block = &usage->blocks[i];

		if (block->n[kind] == 0 || (kind == FACTS_PAGE_KERNEL &&
					    block->zone == FACTS_ZONE_MOVABLE))
			continue;
		ids[n++] = block->id;
		pages += block->n[kind];
	}
	*ret_ids = ids;
	*ret_pages = pages;
	return n;
}

static int add_pages(const struct evidence *evidence, struct diagnosis *d,
		     enum facts_page_kind kind, const struct kind_rule *rule)
{
	struct diagnosis_finding finding = {
		.kind = facts_page_kind_name(kind),
		.verdict = rule->verdict,
		.advice = rule->advice,
	};
	_cleanup_free_ char *names = NULL;
	char size[SIZE_FORMAT_MAX];

	finding.n_blocks =
		blocks_with(evidence, kind, &finding.blocks, &finding.pages);
	if (finding.blocks && finding.pages > 0)
		names = plan_block_names(finding.blocks, finding.n_blocks);
	if (!names) {
		free(finding.blocks);
		return finding.blocks && finding.pages == 0 ? 0 : -ENOMEM;
	}
	return diagnosis_add(d, finding, "%" PRIu64 " (%s) %s, in %s",
			     finding.pages,
			     evidence_size(evidence, finding.pages, size),
			     rule->what, names);
}

/* Pages that processors have set aside as free cannot be told from memory of
 * the kernel; only their number is known. */
static int add_kernel_pages(const struct evidence *evidence,
			    struct diagnosis *d)
{
	static const struct kind_rule sure = {
		DIAGNOSIS_BLOCKED, "pages of other kernel memory",
		"They stay as long as what they are for (pipes, sockets, "
		"kernel stacks, drivers): end that, or reboot. " KEEP_OUT
	};
	static const struct kind_rule doubtful = {
		DIAGNOSIS_FREE,
		"pages of kernel memory, or free ones that processors have "
		"set aside",
		NULL
	};
	bool explained = evidence->pages[FACTS_PAGE_KERNEL] <=
			 evidence->usage->set_aside;

	return add_pages(evidence, d, FACTS_PAGE_KERNEL,
			 explained ? &doubtful : &sure);
}

static int add_kinds(const struct evidence *evidence, struct diagnosis *d)
{
	int r;

	for (enum facts_page_kind kind = 0; kind < FACTS_PAGE_KINDS; kind++) {
		if (!rules[kind].what)
			continue;
		/* The memmap of the block itself goes with it. */
		if (kind == FACTS_PAGE_RESERVED &&
		    evidence->device->memmap_on_memory == 1)
			continue;
		r = add_pages(evidence, d, kind, &rules[kind]);
		if (r < 0)
			return r;
	}
	return add_kernel_pages(evidence, d);
}

/* Free huge pages can be given up, but for those that are promised to
 * somebody; used ones need a huge page elsewhere. */
static int add_pool(const struct evidence *evidence, struct diagnosis *d,
		    const struct facts_huge_pool *pool)
{
	uint64_t used = pool->n - (pool->free < pool->n ? pool->free : pool->n);
	uint64_t all_free = pool->free + pool->free_elsewhere;
	struct diagnosis_finding finding = {
		.kind = "hugetlb",
		.verdict = DIAGNOSIS_FREE,
		.pages = evidence->pages[FACTS_PAGE_HUGETLB],
	};
	char size[SIZE_FORMAT_MAX];

	if (pool->free > 0 && pool->reserved + pool->free > all_free) {
		finding.verdict = DIAGNOSIS_BLOCKED;
		finding.advice =
			"Stop the process that has reserved them (mmap with "
			"MAP_HUGETLB, hugetlbfs), or add huge pages on "
			"another node";
	} else if (used > pool->free_elsewhere) {
		finding.verdict = DIAGNOSIS_MAYBE;
		finding.advice =
			"Add huge pages on another node for them to move to, "
			"or stop the processes that use them";
	}
	return diagnosis_add(d, finding,
			     "node %d has %" PRIu64
			     " huge pages of %s: %" PRIu64 " used, %" PRIu64
			     " free; %" PRIu64
			     " are free on other nodes, %" PRIu64
			     " of all free ones are reserved",
			     evidence->device->target_node, pool->n,
			     size_format(pool->page_size, size), used,
			     pool->free, pool->free_elsewhere, pool->reserved);
}

static int add_pools(const struct evidence *evidence, struct diagnosis *d)
{
	int r = 0;

	/* The node may have other memory than this device's. */
	if (evidence->usage->pages_known &&
	    evidence->pages[FACTS_PAGE_HUGETLB] == 0)
		return 0;
	for (size_t i = 0; i < evidence->usage->n_pools && r == 0; i++)
		r = add_pool(evidence, d, &evidence->usage->pools[i]);
	return r;
}

int page_findings_add(const struct evidence *evidence, struct diagnosis *d)
{
	int r = add_kinds(evidence, d);

	return r < 0 ? r : add_pools(evidence, d);
}
