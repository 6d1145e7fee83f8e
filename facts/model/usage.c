// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/model/usage.h"

#include <stdlib.h>

void facts_usage_free(struct facts_usage *usage)
{
	for (size_t i = 0; i < usage->n_residents; i++) {
		free(usage->residents[i].command);
		free(usage->residents[i].cgroup);
		free(usage->residents[i].pinner);
	}
	for (size_t i = 0; i < usage->n_suspects; i++)
		free(usage->suspects[i].words);
	free(usage->residents);
	free(usage->blocks);
	free(usage->pools);
	free(usage->last_error);
	free(usage);
}
