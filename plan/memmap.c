// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/memmap.h"

#include <string.h>

bool memmap_fits_inside(const struct facts_snapshot *snapshot,
			const struct facts_device *device)
{
	const char *module = snapshot->kernel.memmap_on_memory;

	return device->memmap_on_memory >= 0 && module &&
	       (module[0] == 'Y' || strcmp(module, "force") == 0);
}

/* The kernel holds its map in the memory itself only where both agree. */
bool memmap_is_inside(const struct facts_snapshot *snapshot,
		      const struct facts_device *device,
		      enum policy_memmap wanted)
{
	if (!memmap_fits_inside(snapshot, device))
		return false;
	return wanted == POLICY_MEMMAP_AUTO ? device->memmap_on_memory == 1
					    : wanted == POLICY_MEMMAP_YES;
}

bool memmap_is_to_move(const struct facts_snapshot *snapshot,
		       const struct facts_device *device,
		       enum policy_memmap wanted)
{
	const int now = device->memmap_on_memory;

	switch (wanted) {
	case POLICY_MEMMAP_YES:
		return now == 0 && memmap_fits_inside(snapshot, device);
	case POLICY_MEMMAP_NO:
		return now == 1;
	default:
		return false;
	}
}

const char *memmap_remark(const struct facts_snapshot *snapshot,
			  const struct facts_device *device,
			  enum policy_memmap wanted)
{
	if (wanted != POLICY_MEMMAP_YES || memmap_fits_inside(snapshot, device))
		return "";
	if (device->memmap_on_memory < 0)
		return "; MemmapOnMemory=yes has no effect: it needs Linux 6.8 "
		       "or later";
	return "; MemmapOnMemory=yes has no effect: the kernel was not booted "
	       "with memory_hotplug.memmap_on_memory=1";
}
