/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_DECISION_H
#define POLICY_DECISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/cleanup.h"
#include "policy/diagnostic.h"
#include "policy/layout.h"
#include "policy/limit.h"
#include "policy/override.h"
#include "policy/pool.h"
#include "policy/reason.h"
#include "policy/subject.h"
#include "policy/use.h"

struct policy_set;

/* What was decided for one device, and why. */
struct policy_decision {
	struct policy_use use;
	/* What the region is to be laid out into, or NULL. The mode is
	 * POLICY_MODE_KEEP then, until the device stands for a slice. */
	struct policy_layout *layout;
	/* The slice of it that the device stands for, or NULL: see
	 * policy_decision_take_slice(). */
	const struct policy_slice *slice;
	/* The pool that the device is memory of, owned by the set, or NULL. */
	const struct policy_pool *pool;
	/* The lease that the device is of, as a whole; 0: none. Without a pool
	 * the device has but memory of it, and is kept. */
	uint64_t grant;
	/* [Limits] that hold for every device; owned by the set, never NULL
	 * in a decision that policy_decision_make() made. */
	const struct policy_limits *limits;
	const struct policy_exclusion
		*exclusion;	/* NeverTouch= that it falls under */
	bool exclusion_unknown; /* whether it does is unknown */
	const struct policy_origin *origins; /* see
					      * policy_decision_origin() */
	/* Of a person, or NULL. It has set the mode; the rest, and the file,
	 * are what the files say, which do not decide. */
	const struct policy_override *override;
	bool override_unknown; /* there are some, and what identifies the device
				* could not be read */
	struct policy_override word; /* what that points to, without identity */
	enum policy_mode file_mode;  /* what they would have decided */
	const char *file; /* that decided, owned by the set; NULL when the
			   * last answer is not POLICY_FITS (no file fitted, or
			   * one in error or undecided stopped the search);
			   * the mode is POLICY_MODE_KEEP then */
	bool faulty;	  /* kept because of a POLICY_IN_ERROR */
	size_t n_asked;	  /* files of the set, from its first */
	/* What the last of them said; NULL: there are no files. Those before it
	 * differ: policy_explanation_make() says in what. */
	struct policy_reason *last;
	/* The POLICY_UNDECIDED that the search would end with, and not now,
	 * without the subject's fleeting facts; or NULL. */
	struct policy_reason *later;
};

/* Asks the files of @set for @subject. Returns 0 and *ret, to be freed with
 * policy_decision_free() before the set; or -ENOMEM. */
int policy_decision_make(const struct policy_set *set,
			 const struct policy_subject *subject,
			 struct policy_decision **ret);

/* What the file said that was asked last; POLICY_DIFFERS where there is none.
 */
enum policy_answer
policy_decision_answer(const struct policy_decision *decision);

/*
 * The device of @decision stands for this slice of its layout, and is to be
 * used as that from now on.
 */
void policy_decision_take_slice(struct policy_decision *decision,
				const struct policy_slice *slice);

/* Where @key= of [Region] is assigned. Of a slice only the file is known. */
struct policy_origin
policy_decision_origin(const struct policy_decision *decision, const char *key);

/* The same for another device of the region that @first is about, or NULL:
 * where both are of one pool, they have one layout. */
int policy_decision_make_beside(const struct policy_set *set,
				const struct policy_subject *subject,
				const struct policy_decision *first,
				struct policy_decision **ret);

void policy_decision_free(struct policy_decision *decision);
DEFINE_CLEANUP(struct policy_decision *, policy_decision_free)
#define _cleanup_policy_decision_ _cleanup_(cleanup_policy_decision_free)

#endif
