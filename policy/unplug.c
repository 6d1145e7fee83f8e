// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/policy.h"
#include "policy/set.h"

static void unplug_use(enum policy_mode *mode)
{
	if (*mode == POLICY_MODE_SYSTEM_RAM)
		*mode = POLICY_MODE_DEVDAX;
}

void policy_set_unplug(struct policy_set *set)
{
	for (size_t i = 0; i < set->n_files; i++) {
		struct policy_file *file = set->files[i];

		unplug_use(&file->region.mode);
		for (size_t j = 0; j < file->n_slices; j++)
			unplug_use(&file->slices[j].use.mode);
	}
}
