// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/reason.h"

#include <stdlib.h>

void policy_reason_done(struct policy_reason *reason)
{
	free(reason->have);
	free(reason->message);
	for (size_t i = 0; i < reason->n_keys; i++)
		free(reason->keys[i].have);
	free(reason->keys);
	free(reason->dropins);
}

struct policy_reason *policy_reason_free(struct policy_reason *reason)
{
	if (reason)
		policy_reason_done(reason);
	free(reason);
	return NULL;
}
