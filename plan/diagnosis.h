/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_DIAGNOSIS_H
#define PLAN_DIAGNOSIS_H

#include <stddef.h>
#include <stdint.h>

#include "basic/cleanup.h"
#include "facts/model/usage.h"

/*
 * Whether the memory of a hot-plugged device can go offline now, what is in
 * the way, and what to do about each.
 */

/* Ascending: the worst finding's is the whole diagnosis's. */
enum diagnosis_verdict {
	DIAGNOSIS_FREE,	   /* it can go, or move */
	DIAGNOSIS_UNKNOWN, /* not all could be read */
	DIAGNOSIS_MAYBE,   /* it depends */
	DIAGNOSIS_BLOCKED, /* not as long as this is so */
	DIAGNOSIS_VERDICTS,
};

struct diagnosis_finding {
	const char *kind; /* a stable word: "slab", "pinned", ... */
	enum diagnosis_verdict verdict;
	uint64_t pages;	  /* 0: it is not about pages */
	uint64_t *blocks; /* ids of the memory blocks they are in */
	size_t n_blocks;
	const struct facts_resident *resident; /* of the usage; NULL: none */
	char *what;	    /* a sentence, without its full stop */
	const char *advice; /* another one, or NULL */
};

struct diagnosis {
	enum diagnosis_verdict verdict;
	char *summary;			    /* a sentence */
	struct diagnosis_finding *findings; /* the worst first */
	size_t n_findings;
};

/* Puts @finding behind those that are as bad; what it says is formatted. Takes
 * over its blocks, also on failure. Returns 0 or -ENOMEM. */
int diagnosis_add(struct diagnosis *d, struct diagnosis_finding finding,
		  const char *format, ...) _printf_(3, 4);

/* The same of a process of the usage, whose pid and command go before what is
 * formatted. */
int diagnosis_add_process(struct diagnosis *d, const char *kind,
			  const struct facts_resident *resident,
			  struct diagnosis_finding finding, const char *format,
			  ...) _printf_(5, 6);

void diagnosis_free(struct diagnosis *diagnosis);
DEFINE_CLEANUP(struct diagnosis *, diagnosis_free)
#define _cleanup_diagnosis_ _cleanup_(cleanup_diagnosis_free)

/* "free", "unknown", "maybe", "blocked" */
const char *diagnosis_verdict_name(enum diagnosis_verdict verdict);

#endif
