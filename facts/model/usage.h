/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_USAGE_H
#define FACTS_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "basic/cleanup.h"
#include "facts/model/model.h"
#include "facts/model/page-kind.h"

/*
 * What the memory of a hot-plugged device is in use for, and whose it is:
 * what it takes to say why it will not go offline. Read page by page below a
 * root descriptor, without stopping anybody, so it is a little out of date at
 * once. Only root sees it. Everything belongs to the struct facts_usage.
 */

/* The pages of one memory block, by kind. */
struct facts_block_pages {
	uint64_t id;
	enum facts_zone zone;
	uint64_t n[FACTS_PAGE_KINDS];
};

/* A process that has memory of the device. Counts are of pages. */
struct facts_resident {
	pid_t pid;
	char *command;	 /* its comm, control characters replaced by '?' */
	char *cgroup;	 /* "/system.slice/x.service"; NULL: unknown */
	uint64_t pages;	 /* of the device that it maps, these among them: */
	uint64_t locked; /* by mlock(2) */
	uint64_t huge;	 /* of hugetlb */
	uint64_t bound;	 /* where its memory policy allows this node alone */
	uint64_t pinned; /* buffers registered with io_uring */
	uint64_t pinned_bytes; /* of the whole process, on whatever memory:
				* VmPin (RDMA, io_uring and others) */
	char *pinner;	       /* a device it has open that pins memory, as
				* "/dev/vfio/1";	  NULL: none */
	unsigned int suspects; /* bit N: it maps suspect N's page */
};

/* A page over which the kernel stumbled when memory was to go offline. */
struct facts_suspect {
	uint64_t pfn;
	enum facts_page_kind kind; /* what it is now */
	char *words;		   /* the kernel's own */
};

#define FACTS_SUSPECTS_MAX 2

/* The huge pages of one size on the device's node. */
struct facts_huge_pool {
	uint64_t page_size; /* bytes */
	uint64_t n;
	uint64_t free;
	uint64_t free_elsewhere; /* on all other nodes */
	uint64_t reserved; /* of all nodes' free ones: promised to somebody */
};

struct facts_usage {
	uint64_t page_size; /* bytes */
	bool pages_known;   /* the kernel shows its page flags, to us */
	struct facts_block_pages *blocks; /* the online ones, by id */
	size_t n_blocks;
	/* Free pages of the node's kernel zones that processors have set
	 * aside: these may be among FACTS_PAGE_KERNEL. */
	uint64_t set_aside;
	bool residents_known; /* every process could be looked into */
	struct facts_resident *residents; /* by pages, most first */
	size_t n_residents;
	struct facts_suspect suspects[FACTS_SUSPECTS_MAX];
	size_t n_suspects;
	bool attempt_known; /* all of them are of the last attempt */
	struct facts_huge_pool *pools;
	size_t n_pools;
	char *last_error; /* in the words of daxbroker's kmem; NULL: none */
};

void facts_usage_free(struct facts_usage *usage);
DEFINE_CLEANUP(struct facts_usage *, facts_usage_free)
#define _cleanup_facts_usage_ _cleanup_(cleanup_facts_usage_free)

#endif
