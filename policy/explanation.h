/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_EXPLANATION_H
#define POLICY_EXPLANATION_H

#include <stddef.h>

#include "policy/reason.h"
#include "policy/subject.h"

struct policy_set;

/* What files of a set say to one device, in the order asked. A decision has the
 * words of the last file only: these are for those who want all. */
struct policy_explanation {
	struct policy_reason *reasons;
	size_t n;
};

/* What the files from @first on to before @end say to @subject. Returns 0 and
 * *ret, to be freed with policy_explanation_done() before the set; or -ENOMEM.
 */
int policy_explanation_make(const struct policy_set *set,
			    const struct policy_subject *subject, size_t first,
			    size_t end, struct policy_explanation *ret);

void policy_explanation_done(struct policy_explanation *explanation);

#endif
