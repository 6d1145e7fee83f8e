// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

#include "basic/cleanup.h"
#include "basic/run-dir.h"

int lock_open(int root_fd, const char *name)
{
	char file[NAME_MAX];

	snprintf(file, sizeof(file), "%s.lock", name);
	return run_dir_open_file(root_fd, file, O_RDWR | O_CREAT);
}

int lock_take(int fd, int operation)
{
	while (flock(fd, operation) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int act_lock(int root_fd, const char *region, bool wait)
{
	_cleanup_close_ int fd = -1;
	char name[NAME_MAX];
	const char *last;
	int r;

	/* Two regions of the same last name only wait for each other. */
	last = strrchr(region, '/');
	snprintf(name, sizeof(name), "act-%.200s", last ? last + 1 : region);
	fd = lock_open(root_fd, name);
	if (fd < 0)
		return fd;
	r = lock_take(fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB);
	return r < 0 ? r : TAKE_FD(fd);
}
