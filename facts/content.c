// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/content.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

#include "basic/names.h"
#include "basic/run-dir.h"
#include "facts/device-memory.h"
#include "facts/root.h"

int content_lock(int root_fd, const char *region, bool job)
{
	_cleanup_close_ int fd = -1;
	const char *last = strrchr(region, '/');
	char name[NAME_MAX];

	/* Two regions of the same last name share it. */
	snprintf(name, sizeof(name), "content-%.200s.lock",
		 last ? last + 1 : region);
	fd = run_dir_open_file(root_fd, name, O_RDWR | O_CREAT);
	if (fd < 0)
		return fd;
	while (flock(fd, job ? LOCK_EX : LOCK_SH | LOCK_NB) < 0)
		if (errno != EINTR)
			return -errno;
	return TAKE_FD(fd);
}

int facts_content_open(int root_fd, const struct facts_snapshot *snapshot,
		       const struct facts_device *device, int *ret_lock)
{
	_cleanup_close_ int lock = -1;
	char path[NAME_MAX];
	int fd;

	snprintf(path, sizeof(path), "dev/%s", device->name);
	if (!root_exists(root_fd, path))
		return -ENOENT;
	/* Whom it is for must not find it taken. */
	if (device->users.exclusive == 1)
		return -EBUSY;
	lock = content_lock(root_fd,
			    facts_device_region(snapshot, device)->path, false);
	if (lock < 0)
		return lock;
	fd = device_memory_open(root_fd, device);
	if (fd >= 0)
		*ret_lock = TAKE_FD(lock);
	return fd;
}

/* 1: it holds something; 0: not in its samples; or a negative errno. */
static int sample(int root_fd, const struct facts_snapshot *snapshot,
		  const struct facts_device *device)
{
	_cleanup_close_ int lock = -1, fd = -1;
	uint64_t at;

	fd = facts_content_open(root_fd, snapshot, device, &lock);
	return fd < 0 ? fd : device_memory_sample(fd, device, &at);
}

static bool has_content(const struct facts_snapshot *snapshot,
			const struct facts_device *device)
{
	return facts_device_region(snapshot, device)->provider ==
		       FACTS_PROVIDER_PMEM &&
	       facts_device_is_bound(device, DRIVER_DEVICE_DAX) &&
	       device->size > 0;
}

bool facts_content_load_device(int root_fd,
			       const struct facts_snapshot *snapshot,
			       struct facts_device *device)
{
	int r;

	if (!has_content(snapshot, device))
		return false;
	r = sample(root_fd, snapshot, device);
	device->content_error = r < 0 ? r : 0;
	device->content = r < 0	  ? FACTS_CONTENT_UNKNOWN
			  : r > 0 ? FACTS_CONTENT_USED
				  : FACTS_CONTENT_FREE;
	return r >= 0;
}

void facts_content_load(int root_fd, struct facts_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->n_devices; i++)
		facts_content_load_device(root_fd, snapshot,
					  &snapshot->devices[i]);
}
