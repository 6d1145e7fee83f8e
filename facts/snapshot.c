// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/snapshot.h"

#include <errno.h>
#include <fcntl.h>

#include "facts/block-list.h"
#include "facts/device.h"
#include "facts/host.h"
#include "facts/kernel.h"
#include "facts/memory.h"
#include "facts/node.h"
#include "facts/reader.h"
#include "facts/region.h"
#include "facts/root.h"

static int check_root(int root_fd)
{
	_cleanup_close_ int fd =
		root_open(root_fd, "sys/devices/system", O_PATH | O_DIRECTORY);

	return fd < 0 ? fd : 0;
}

int facts_snapshot_read(int root_fd, struct facts_snapshot **ret)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	struct facts_reader reader = { .root_fd = root_fd };
	int r;

	r = check_root(root_fd);
	if (r < 0)
		return r;
	snapshot = calloc(1, sizeof(*snapshot));
	if (!snapshot)
		return -ENOMEM;
	reader.snapshot = snapshot;
	kernel_read(&reader);
	host_read(&reader);
	memory_read(&reader);
	devices_read(&reader);
	if (!reader.error)
		regions_read(&reader);
	if (!reader.error)
		nodes_read(&reader);
	if (!reader.error)
		blocks_read(&reader);
	if (reader.error)
		return reader.error;
	*ret = TAKE_PTR(snapshot);
	return 0;
}

int facts_snapshot_read_device(int root_fd, const char *device,
			       struct facts_snapshot **ret)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot =
		calloc(1, sizeof(*snapshot));
	struct facts_reader reader = { .root_fd = root_fd,
				       .snapshot = snapshot };

	if (!snapshot)
		return -ENOMEM;
	device_read(&reader, device);
	if (reader.error)
		return reader.error;
	if (snapshot->n_devices == 0)
		return -ENODEV;
	*ret = TAKE_PTR(snapshot);
	return 0;
}

void facts_snapshot_free(struct facts_snapshot *snapshot)
{
	size_t i;

	if (!snapshot)
		return;
	kernel_release(&snapshot->kernel);
	host_release(&snapshot->host);
	for (i = 0; i < snapshot->n_regions; i++)
		region_release(&snapshot->regions[i]);
	for (i = 0; i < snapshot->n_devices; i++)
		device_release(&snapshot->devices[i]);
	for (i = 0; i < snapshot->n_nodes; i++)
		node_release(&snapshot->nodes[i]);
	for (i = 0; i < snapshot->n_problems; i++)
		free(snapshot->problems[i]);
	free(snapshot->regions);
	free(snapshot->devices);
	free(snapshot->blocks);
	free(snapshot->nodes);
	free(snapshot->problems);
	free(snapshot);
}
