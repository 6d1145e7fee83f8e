/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_LAYOUT_H
#define POLICY_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/cleanup.h"
#include "policy/subject.h"
#include "policy/use.h"

struct policy_device_section;

/* Why a region cannot be laid out as its policy says. */
enum policy_layout_fault {
	POLICY_LAYOUT_FITS,
	POLICY_LAYOUT_STATIC,	  /* the region's one device is fixed */
	POLICY_LAYOUT_UNKNOWN,	  /* a fact that it needs is unreadable */
	POLICY_LAYOUT_TOO_LARGE,  /* the slices do not fit in the region */
	POLICY_LAYOUT_MISALIGNED, /* to its page size, or memory blocks */
	POLICY_LAYOUT_WASTE,	  /* more than a block could not be used */
	POLICY_LAYOUT_FAULTS,
};

/* A slice with its figures, in bytes. */
struct policy_slice {
	char name[POLICY_NAME_MAX];
	struct policy_use use;
	uint64_t offset; /* from the region's start */
	uint64_t size;
	uint64_t align;
	uint64_t waste; /* of system RAM: what lies in no whole memory block */
	/* Of a layout that is fixed: where it is; the layout's. */
	const struct phys_range *ranges; /* ascending */
	size_t n_ranges;
	uint64_t grant; /* of the lease that has it; 0: none */
};

/* What a region is to be laid out into, one slice behind the other from its
 * start, as the kernel gives out memory; or each where it is. */
struct policy_layout {
	unsigned int n_others; /* who have it beside the first one */
	bool fixed; /* each slice is at its ranges, and nothing else is to be
		     * in the region */
	enum policy_layout_fault fault;
	uint64_t start; /* of the region; 0: unknown */
	char *message;	/* what it is to be, or what is wrong with that: a
			 * clause with the figures */
	struct policy_slice *slices;
	size_t n_slices;
	uint64_t waste;		   /* of all slices */
	uint64_t unused;	   /* bytes that no slice has */
	struct phys_range *ranges; /* of all slices that are fixed */
};

/* Works the figures out, without touching anything. Returns 0 and *ret, to be
 * freed with policy_layout_free(); or -ENOMEM. */
int policy_layout_make(const struct policy_device_section *slices,
		       size_t n_slices, const struct policy_extent *extent,
		       struct policy_layout **ret);

/* The same one for somebody else, to be freed by each. */
struct policy_layout *policy_layout_share(struct policy_layout *layout);

void policy_layout_free(struct policy_layout *layout);
DEFINE_CLEANUP(struct policy_layout *, policy_layout_free)
#define _cleanup_policy_layout_ _cleanup_(cleanup_policy_layout_free)

/* "fits", "static", "unknown", "too-large", "misaligned", "waste" */
const char *policy_layout_fault_name(enum policy_layout_fault fault);

/* For those who make one. It has this fault, and the message says why: 1, which
 * ends the work; or -ENOMEM. */
int policy_layout_set_fault(struct policy_layout *layout,
			    enum policy_layout_fault fault, const char *format,
			    ...) _printf_(3, 4);
/* It has none: the message has its slices. 0 or -ENOMEM. */
int policy_layout_describe(struct policy_layout *layout);

#endif
