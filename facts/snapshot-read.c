// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/snapshot-read.h"

#include <errno.h>
#include <fcntl.h>

#include "facts/dax-bus.h"
#include "facts/dax-device.h"
#include "facts/dax-region.h"
#include "facts/machine.h"
#include "facts/memory-blocks.h"
#include "facts/module-file.h"
#include "facts/numa-node.h"
#include "facts/root.h"
#include "facts/shape-lock.h"
#include "facts/stray.h"

static int check_root(int root_fd)
{
	_cleanup_close_ int fd =
		root_open(root_fd, "sys/devices/system", O_PATH | O_DIRECTORY);

	return fd < 0 ? fd : 0;
}

static void read_devices(struct facts_reader *reader)
{
	_cleanup_close_ int lock _unused_ =
		shape_lock_take(reader->root_fd, false);

	dax_devices_read(reader);
	if (!reader->error)
		dax_regions_read(reader);
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
	machine_read(&reader);
	read_devices(&reader);
	if (!reader.error)
		dax_bus_read(&reader);
	if (!reader.error)
		module_files_read(&reader);
	if (!reader.error)
		numa_nodes_read(&reader);
	if (!reader.error)
		memory_blocks_read(&reader);
	if (!reader.error)
		strays_read(&reader);
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
	_cleanup_close_ int lock _unused_ = -1;

	if (!snapshot)
		return -ENOMEM;
	lock = shape_lock_take(root_fd, false);
	dax_device_read(&reader, device);
	if (reader.error)
		return reader.error;
	if (snapshot->n_devices == 0)
		return -ENODEV;
	*ret = TAKE_PTR(snapshot);
	return 0;
}
