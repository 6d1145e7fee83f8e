// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/stray-text.h"

#include <inttypes.h>
#include <string.h>

#include "basic/size.h"
#include "basic/text.h"
#include "plan/device-mode.h"

static char *range_text(const struct facts_stray *stray)
{
	return text_format("0x%" PRIx64 "-0x%" PRIx64, stray->range.start,
			   stray->range.end);
}

static char *size_text(uint64_t size, bool bytes)
{
	char buf[SIZE_FORMAT_MAX];

	return bytes ? text_format("%" PRIu64, size)
		     : strdup(size_format(size, buf));
}

char *stray_text_column(const struct facts_snapshot *snapshot,
			const struct facts_stray *stray, const char *column,
			bool bytes)
{
	if (strcmp(column, "DEVICE") == 0)
		return range_text(stray);
	if (strcmp(column, "SIZE") == 0)
		return size_text(stray->range.end - stray->range.start + 1,
				 bytes);
	if (strcmp(column, "ONLINE") == 0)
		return size_text(stray->n_online * snapshot->kernel.block_size,
				 bytes);
	if (strcmp(column, "NODE") == 0)
		return text_format("%d", stray->node);
	if (strcmp(column, "MODE") == 0 || strcmp(column, "STATE") == 0)
		return strdup(device_mode_name(DEVICE_MODE_STRANDED));
	return NULL;
}

char *stray_text_describe(const struct facts_snapshot *snapshot,
			  const struct facts_stray *stray)
{
	char buf[SIZE_FORMAT_MAX];

	return text_format(
		"0x%" PRIx64 "-0x%" PRIx64 ": stranded: the device "
		"is gone, and %s of its memory is online on node "
		"%d. It stays there until the next boot",
		stray->range.start, stray->range.end,
		size_format(stray->n_online * snapshot->kernel.block_size, buf),
		stray->node);
}
