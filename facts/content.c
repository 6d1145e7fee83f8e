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
