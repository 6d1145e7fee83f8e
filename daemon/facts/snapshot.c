// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/facts/snapshot.h"

#include <errno.h>
#include <fcntl.h>

#include "daemon/facts/block-list.h"
#include "daemon/facts/device.h"
#include "daemon/facts/host.h"
#include "daemon/facts/kernel.h"
#include "daemon/facts/memory.h"
#include "daemon/facts/node.h"
#include "daemon/facts/reader.h"
#include "daemon/facts/region.h"
#include "daemon/facts/root.h"

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

int facts_device_read(int root_fd, const char *name,
		      struct facts_snapshot **ret)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot =
		calloc(1, sizeof(*snapshot));
	struct facts_reader reader = { root_fd, snapshot, 0 };

	if (!snapshot)
		return -ENOMEM;
	device_read(&reader, name);
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
