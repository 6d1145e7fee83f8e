// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/plugged.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "basic/names.h"
#include "basic/run-dir.h"
#include "basic/text-stream.h"
#include "plan/plan.h"

void plugged_clear(struct plugged *plugged)
{
	free(TAKE_PTR(plugged->text));
}

static void put_range(FILE *f, const struct phys_range *range)
{
	fprintf(f, "0x%" PRIx64 "-0x%" PRIx64 "\n", range->start, range->end);
}

static char *describe(const struct facts_snapshot *snapshot)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);

	for (size_t i = 0; f && i < snapshot->n_devices; i++) {
		const struct facts_device *device = &snapshot->devices[i];

		for (size_t j = 0; j < device->n_ranges; j++)
			if (plan_count_online(snapshot, device) > 0)
				put_range(f, &device->ranges[j]);
	}
	for (size_t i = 0; f && i < snapshot->n_strays; i++)
		put_range(f, &snapshot->strays[i].range);
	return f ? text_stream_take(&stream) : NULL;
}

void plugged_update(struct plugged *plugged, int root_fd,
		    const struct facts_snapshot *snapshot)
{
	_cleanup_free_ char *text = describe(snapshot);
	int r;

	if (!text || (plugged->text && strcmp(plugged->text, text) == 0))
		return;
	r = run_dir_write(root_fd, RUN_PLUGGED, text);
	if (r < 0) {
		log_warning("Memory of devices that go away may not be "
			    "found: " RUN_DIR "/" RUN_PLUGGED ": %s",
			    strerror(-r));
		return;
	}
	plugged_clear(plugged);
	plugged->text = TAKE_PTR(text);
}
