// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/diagnosis.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/size.h"
#include "plan/block-names.h"

/* What is being diagnosed, gathered once. */
struct draft {
	const struct facts_snapshot *snapshot;
	const struct facts_device *device;
	const struct facts_usage *usage;
	struct diagnosis *diagnosis;
	uint64_t pages[FACTS_PAGE_KINDS]; /* of all blocks */
	bool kernel_zone;		  /* a block is in one */
};

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

static const char *const verdict_names[] = {
	[DIAGNOSIS_FREE] = "free",
	[DIAGNOSIS_UNKNOWN] = "unknown",
	[DIAGNOSIS_MAYBE] = "maybe",
	[DIAGNOSIS_BLOCKED] = "blocked",
};

const char *diagnosis_verdict_name(enum diagnosis_verdict verdict)
{
	return verdict_names[verdict];
}

/* Puts @finding behind those that are as bad, and takes over its blocks; the
 * sentence is formatted. */
static int _printf_(3, 4)
	add(struct draft *draft, struct diagnosis_finding finding,
	    const char *format, ...)
{
	struct diagnosis *d = draft->diagnosis;
	struct diagnosis_finding *grown;
	size_t at = 0;
	va_list ap;
	int r;

	va_start(ap, format);
	r = vasprintf(&finding.what, format, ap);
	va_end(ap);
	grown = r < 0 ? NULL
		      : reallocarray(d->findings, d->n_findings + 1,
				     sizeof(*grown));
	if (!grown) {
		free(finding.blocks);
		if (r >= 0)
			free(finding.what);
		return -ENOMEM;
	}
	d->findings = grown;
	while (at < d->n_findings && grown[at].verdict >= finding.verdict)
		at++;
	memmove(&grown[at + 1], &grown[at],
		(d->n_findings - at) * sizeof(*grown));
	grown[at] = finding;
	d->n_findings++;
	if (finding.verdict > d->verdict)
		d->verdict = finding.verdict;
	return 0;
}

static const char *size_text(const struct draft *draft, uint64_t pages,
			     char buf[SIZE_FORMAT_MAX])
{
	return size_format(pages * draft->usage->page_size, buf);
}

/* The blocks with pages of @kind in *ret_ids, to be freed. In a movable zone
 * there is no memory of the kernel: what looks so is set aside as free. */
static size_t blocks_with(const struct draft *draft, enum facts_page_kind kind,
			  uint64_t **ret_ids, uint64_t *ret_pages)
{
	const struct facts_usage *usage = draft->usage;
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

static int add_pages(struct draft *draft, enum facts_page_kind kind,
		     const struct kind_rule *rule)
{
	struct diagnosis_finding finding = {
		.kind = facts_page_kind_name(kind),
		.verdict = rule->verdict,
		.advice = rule->advice,
	};
	_cleanup_free_ char *names = NULL;
	char size[SIZE_FORMAT_MAX];

	finding.n_blocks =
		blocks_with(draft, kind, &finding.blocks, &finding.pages);
	if (finding.blocks && finding.pages > 0)
		names = block_names(finding.blocks, finding.n_blocks);
	if (!names) {
		free(finding.blocks);
		return finding.blocks && finding.pages == 0 ? 0 : -ENOMEM;
	}
	return add(draft, finding, "%" PRIu64 " (%s) %s, in %s", finding.pages,
		   size_text(draft, finding.pages, size), rule->what, names);
}

/* Pages that processors have set aside as free cannot be told from memory of
 * the kernel; only their number is known. */
static int add_kernel_pages(struct draft *draft)
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
	bool explained =
		draft->pages[FACTS_PAGE_KERNEL] <= draft->usage->set_aside;

	return add_pages(draft, FACTS_PAGE_KERNEL,
			 explained ? &doubtful : &sure);
}

static int add_kinds(struct draft *draft)
{
	int r;

	for (enum facts_page_kind kind = 0; kind < FACTS_PAGE_KINDS; kind++) {
		if (!rules[kind].what)
			continue;
		/* The memmap of the block itself goes with it. */
		if (kind == FACTS_PAGE_RESERVED &&
		    draft->device->memmap_on_memory == 1)
			continue;
		r = add_pages(draft, kind, &rules[kind]);
		if (r < 0)
			return r;
	}
	return add_kernel_pages(draft);
}

/* Free huge pages can be given up, but for those that are promised to
 * somebody; used ones need a huge page elsewhere. */
static int add_pool(struct draft *draft, const struct facts_huge_pool *pool)
{
	uint64_t used = pool->n - (pool->free < pool->n ? pool->free : pool->n);
	uint64_t all_free = pool->free + pool->free_elsewhere;
	struct diagnosis_finding finding = {
		.kind = "hugetlb",
		.verdict = DIAGNOSIS_FREE,
		.pages = draft->pages[FACTS_PAGE_HUGETLB],
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
	return add(draft, finding,
		   "node %d has %" PRIu64 " huge pages of %s: %" PRIu64
		   " used, %" PRIu64 " free; %" PRIu64
		   " are free on other nodes, %" PRIu64
		   " of all free ones are reserved",
		   draft->device->target_node, pool->n,
		   size_format(pool->page_size, size), used, pool->free,
		   pool->free_elsewhere, pool->reserved);
}

static int add_pools(struct draft *draft)
{
	int r = 0;

	/* The node may have other memory than this device's. */
	if (draft->usage->pages_known && draft->pages[FACTS_PAGE_HUGETLB] == 0)
		return 0;
	for (size_t i = 0; i < draft->usage->n_pools && r == 0; i++)
		r = add_pool(draft, &draft->usage->pools[i]);
	return r;
}

static int _printf_(5, 6)
	add_resident(struct draft *draft, const char *kind,
		     const struct facts_resident *resident,
		     struct diagnosis_finding finding, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;
	int r;

	va_start(ap, format);
	r = vasprintf(&text, format, ap);
	va_end(ap);
	if (r < 0) {
		text = NULL;
		return -ENOMEM;
	}
	finding.kind = kind;
	finding.resident = resident;
	return add(draft, finding, "process %d (%s%s%s) %s", resident->pid,
		   resident->command, resident->cgroup ? ", in " : "",
		   resident->cgroup ? resident->cgroup : "", text);
}

static int add_pinned(struct draft *draft, const struct facts_resident *r)
{
	char size[SIZE_FORMAT_MAX];

	return add_resident(draft, "pinned", r,
			    (struct diagnosis_finding){
				    .verdict = DIAGNOSIS_BLOCKED,
				    .pages = r->pinned,
				    .advice = "Stop it, or have it unregister "
					      "its buffers; the kernel would "
					      "try for ever",
			    },
			    "has pinned %s of it for I/O: buffers that it "
			    "registered with io_uring",
			    size_text(draft, r->pinned, size));
}

/* That it pins is seen, not what: so this names it only where pages of a
 * kernel zone are its; in a movable zone none can be pinned for long. */
static int add_pinner(struct draft *draft, const struct facts_resident *r)
{
	const struct diagnosis_finding finding = {
		.verdict = DIAGNOSIS_MAYBE,
		.pages = r->pages,
		.advice = "If memory does not go offline, stop it first",
	};
	char size[SIZE_FORMAT_MAX], pinned[SIZE_FORMAT_MAX];

	size_text(draft, r->pages, size);
	if (r->pinner)
		return add_resident(draft, "pinner", r, finding,
				    "maps %s of it and has %s open, by which "
				    "memory is pinned",
				    size, r->pinner);
	return add_resident(draft, "pinner", r, finding,
			    "maps %s of it and has pinned %s of memory "
			    "(VmPin), maybe of this",
			    size, size_format(r->pinned_bytes, pinned));
}

static int add_bound(struct draft *draft, const struct facts_resident *r)
{
	char size[SIZE_FORMAT_MAX];

	return add_resident(draft, "bound", r,
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
			    size_text(draft, r->bound, size),
			    draft->device->target_node);
}

static int add_processes(struct draft *draft)
{
	const struct facts_usage *usage = draft->usage;
	char size[SIZE_FORMAT_MAX];
	int r = 0;

	for (size_t i = 0; i < usage->n_residents && r == 0; i++) {
		const struct facts_resident *p = &usage->residents[i];

		if (p->pinned)
			r = add_pinned(draft, p);
		else if (draft->kernel_zone && (p->pinner || p->pinned_bytes))
			r = add_pinner(draft, p);
		if (r == 0 && p->bound)
			r = add_bound(draft, p);
		if (r == 0 && p->locked)
			r = add_resident(draft, "mlocked", p,
					 (struct diagnosis_finding){
						 .pages = p->locked },
					 "has locked %s of it in memory; that "
					 "moves all the same",
					 size_text(draft, p->locked, size));
		if (r == 0 && p->huge)
			r = add_resident(
				draft, "hugetlb", p,
				(struct diagnosis_finding){ .pages = p->huge },
				"uses %s of it as huge pages",
				size_text(draft, p->huge, size));
	}
	return r;
}

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

/* What the kernel said when it was tried last; whether that still holds. */
static int add_suspect(struct draft *draft, size_t index)
{
	const struct facts_suspect *s = &draft->usage->suspects[index];
	const struct facts_resident *owner = find_owner(draft->usage, index);
	struct diagnosis_finding finding = {
		.kind = "kernel-said",
		.verdict = DIAGNOSIS_MAYBE,
		.pages = 1,
		.advice = "If it is still there, the process that has it pins "
			  "it for I/O: stop that process",
	};
	const char *kind = facts_page_kind_name(s->kind);

	if (s->kind == FACTS_PAGE_FREE || s->kind == FACTS_PAGE_NONE)
		finding.verdict = DIAGNOSIS_FREE;
	if (!can_be_pinned(s->kind))
		finding.advice = NULL;
	if (owner)
		return add_resident(draft, finding.kind, owner, finding,
				    "maps the page (0x%" PRIx64
				    ", now %s) of which the kernel last said: "
				    "%s",
				    s->pfn, kind, s->words);
	return add(draft, finding,
		   "the kernel last said of page 0x%" PRIx64
		   ", which is now %s: %s",
		   s->pfn, kind, s->words);
}

static int add_suspects(struct draft *draft)
{
	int r = 0;

	for (size_t i = 0; i < draft->usage->n_suspects && r == 0; i++)
		r = add_suspect(draft, i);
	/* Without a page in it, it is still the kernel's word. */
	if (r == 0 && draft->usage->last_error &&
	    !strstr(draft->usage->last_error, " pfn="))
		r = add(draft,
			(struct diagnosis_finding){ .kind = "kernel-said" },
			"kmem said of the last attempt: %s",
			draft->usage->last_error);
	return r;
}

/* What moves needs room on other nodes. */
static int add_room(struct draft *draft)
{
	const struct facts_snapshot *s = draft->snapshot;
	uint64_t need = (draft->pages[FACTS_PAGE_ANON] +
			 draft->pages[FACTS_PAGE_MLOCKED]) *
			draft->usage->page_size;
	char need_text[SIZE_FORMAT_MAX], free_text[SIZE_FORMAT_MAX];
	uint64_t free_bytes = 0;

	for (size_t i = 0; i < s->n_nodes; i++)
		if (s->nodes[i].id != draft->device->target_node)
			free_bytes += s->nodes[i].free;
	if (need <= free_bytes)
		return 0;
	return add(draft,
		   (struct diagnosis_finding){
			   .kind = "no-room",
			   .verdict = DIAGNOSIS_MAYBE,
			   .pages = need / draft->usage->page_size,
			   .advice = "Free memory on the other nodes, or add "
				     "swap" },
		   "%s of processes' memory has to move, and the other nodes "
		   "have %s free",
		   size_format(need, need_text),
		   size_format(free_bytes, free_text));
}

static int add_unreadable(struct draft *draft)
{
	static const struct diagnosis_finding finding = {
		.kind = "unreadable",
		.verdict = DIAGNOSIS_UNKNOWN,
		.advice = "Run this as root, outside of containers",
	};
	int r = 0;

	if (!draft->usage->pages_known)
		r = add(draft, finding,
			"what its pages are cannot be read "
			"(/proc/kpageflags)");
	if (r == 0 && !draft->usage->residents_known)
		r = add(draft, finding,
			"not all processes could be looked into");
	return r;
}

static int summarize(struct draft *draft)
{
	static const char *const texts[] = {
		[DIAGNOSIS_FREE] = "all of it can go offline",
		[DIAGNOSIS_UNKNOWN] =
			"whether it can go offline could not be found out",
		[DIAGNOSIS_MAYBE] = "it may go offline, or not",
		[DIAGNOSIS_BLOCKED] = "it cannot go offline now",
	};
	const struct facts_usage *usage = draft->usage;
	int r;

	if (usage->n_blocks == 0)
		r = asprintf(&draft->diagnosis->summary,
			     "no memory of %s is online: there is nothing to "
			     "take offline",
			     draft->device->name);
	else
		r = asprintf(&draft->diagnosis->summary,
			     "%zu of %" PRIu64
			     " memory blocks of %s are online on node %d: %s",
			     usage->n_blocks, draft->device->possible_blocks,
			     draft->device->name, draft->device->target_node,
			     texts[draft->diagnosis->verdict]);
	if (r < 0) {
		draft->diagnosis->summary = NULL;
		return -ENOMEM;
	}
	return 0;
}

static void count(struct draft *draft)
{
	const struct facts_usage *usage = draft->usage;

	for (size_t i = 0; i < usage->n_blocks; i++) {
		draft->kernel_zone |=
			usage->blocks[i].zone != FACTS_ZONE_MOVABLE;
		for (size_t kind = 0; kind < FACTS_PAGE_KINDS; kind++)
			if (kind != FACTS_PAGE_KERNEL ||
			    usage->blocks[i].zone != FACTS_ZONE_MOVABLE)
				draft->pages[kind] += usage->blocks[i].n[kind];
	}
}

static int find(struct draft *draft)
{
	static int (*const steps[])(struct draft * draft) = {
		add_processes, add_kinds, add_pools,
		add_suspects,  add_room,  add_unreadable,
	};
	int r = 0;

	if (draft->usage->n_blocks == 0)
		return 0;
	count(draft);
	for (size_t i = 0; i < ARRAY_SIZE(steps) && r == 0; i++)
		r = steps[i](draft);
	return r;
}

int diagnosis_make(const struct facts_snapshot *snapshot,
		   const struct facts_device *device,
		   const struct facts_usage *usage, struct diagnosis **ret)
{
	_cleanup_diagnosis_ struct diagnosis *diagnosis =
		calloc(1, sizeof(*diagnosis));
	struct draft draft = {
		.snapshot = snapshot,
		.device = device,
		.usage = usage,
		.diagnosis = diagnosis,
	};
	int r;

	if (!diagnosis)
		return -ENOMEM;
	r = find(&draft);
	if (r == 0)
		r = summarize(&draft);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(diagnosis);
	return 0;
}

void diagnosis_free(struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < diagnosis->n_findings; i++) {
		free(diagnosis->findings[i].blocks);
		free(diagnosis->findings[i].what);
	}
	free(diagnosis->findings);
	free(diagnosis->summary);
	free(diagnosis);
}
