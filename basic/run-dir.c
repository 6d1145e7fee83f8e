// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/run-dir.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/names.h"

/* Relative to the root. */
static const char *const path = &RUN_DIR[1];

static int open_directory(int root_fd)
{
	int fd = openat(root_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int run_dir_open(int root_fd)
{
	if (mkdirat(root_fd, path, 0755) < 0 && errno != EEXIST)
		return -errno;
	return open_directory(root_fd);
}

int run_dir_open_file(int root_fd, const char *name, int flags)
{
	_cleanup_close_ int dir = -1;
	int fd;

	dir = flags & O_CREAT ? run_dir_open(root_fd) : open_directory(root_fd);
	if (dir < 0)
		return dir;
	fd = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : fd;
}

int run_dir_remove(int root_fd, const char *name)
{
	_cleanup_close_ int dir = open_directory(root_fd);

	if (dir < 0)
		return dir == -ENOENT ? 0 : dir;
	return unlinkat(dir, name, 0) < 0 && errno != ENOENT ? -errno : 0;
}
