// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/block-loss.h"

#include <stdio.h>

uint64_t block_loss(const struct facts_snapshot *snapshot,
		    const struct facts_device *device)
{
	const uint64_t block_size = snapshot->kernel.block_size;
	uint64_t lost = 0, first;

	for (size_t i = 0; block_size && i < device->n_ranges; i++)
		lost += phys_range_size(device->ranges[i]) -
			block_size * phys_range_blocks(device->ranges[i],
						       block_size, &first);
	return lost;
}

const char *block_loss_remark(const struct facts_snapshot *snapshot,
			      const struct facts_device *device,
			      char buf[BLOCK_LOSS_REMARK_MAX])
{
	const uint64_t lost = block_loss(snapshot, device);
	char size[SIZE_FORMAT_MAX], block[SIZE_FORMAT_MAX];

	if (lost == 0)
		return "";
	snprintf(
		buf, BLOCK_LOSS_REMARK_MAX,
		"; %s of it lie in no whole memory block of %s and stay unused",
		size_format_exact(lost, size),
		size_format_exact(snapshot->kernel.block_size, block));
	return buf;
}
