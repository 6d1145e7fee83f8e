/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_CARVING_H
#define POLICY_CARVING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/cleanup.h"
#include "policy/subject.h"
#include "policy/values.h"

struct policy_slice;

/* Why a region cannot be carved as its policy says. */
enum policy_carving_fault {
	POLICY_CARVING_FITS,
	POLICY_CARVING_STATIC,	   /* the region's one device is fixed */
	POLICY_CARVING_UNKNOWN,	   /* a fact that it needs is unreadable */
	POLICY_CARVING_TOO_LARGE,  /* the slices do not fit in the region */
	POLICY_CARVING_MISALIGNED, /* to its page size, or memory blocks */
	POLICY_CARVING_WASTE,	   /* more than a block could not be used */
	POLICY_CARVING_FAULTS,
};

/* A slice with its figures, in bytes. */
struct policy_piece {
	char *name;
	enum policy_mode mode;
	enum policy_zone zone;
	enum policy_memmap memmap_on_memory;
	enum policy_exclusive exclusive;
	enum policy_fork fork_inheritance;
	char *node_name; /* or NULL */
	uint64_t offset; /* from the region's start */
	uint64_t size;
	uint64_t align;
	uint64_t waste; /* of system RAM: what lies in no whole memory block */
};

/* What a region is to be carved into, one piece behind the other from its
 * start, as the kernel gives out memory. */
struct policy_carving {
	enum policy_carving_fault fault;
	uint64_t start; /* of the region; 0: unknown */
	char *message; /* what it is to be, or what is wrong with that: a
			* clause with the figures */
	struct policy_piece *pieces;
	size_t n_pieces;
	uint64_t waste;	 /* of all pieces */
	uint64_t unused; /* bytes that no piece has */
};

/* Works the figures out, without touching anything. Returns 0 and *ret, to be
 * freed with policy_carving_free(); or -ENOMEM. */
int policy_carve(const struct policy_slice *slices, size_t n_slices,
		 const struct policy_extent *extent,
		 struct policy_carving **ret);

void policy_carving_free(struct policy_carving *carving);
DEFINE_CLEANUP(struct policy_carving *, policy_carving_free)
#define _cleanup_policy_carving_ _cleanup_(cleanup_policy_carving_free)

/* "fits", "static", "unknown", "too-large", "misaligned", "waste" */
const char *policy_carving_fault_name(enum policy_carving_fault fault);

#endif
