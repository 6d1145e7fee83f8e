// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/explanation.h"

#include <errno.h>
#include <stdlib.h>

#include "policy/match.h"
#include "policy/set.h"

void policy_explanation_done(struct policy_explanation *explanation)
{
	for (size_t i = 0; i < explanation->n; i++)
		policy_reason_done(&explanation->reasons[i]);
	free(explanation->reasons);
}

int policy_explanation_make(const struct policy_set *set,
			    const struct policy_subject *subject, size_t first,
			    size_t end, struct policy_explanation *ret)
{
	struct policy_explanation explanation = { NULL };
	int r;

	explanation.reasons =
		calloc(end - first + 1, sizeof(*explanation.reasons));
	if (!explanation.reasons)
		return -ENOMEM;
	for (size_t i = first; i < end; i++) {
		r = policy_match_ask(set->files[i], subject,
				     &explanation.reasons[explanation.n]);
		if (r < 0) {
			policy_explanation_done(&explanation);
			return r;
		}
		explanation.n++;
	}
	*ret = explanation;
	return 0;
}
