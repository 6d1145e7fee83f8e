// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/run-dir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/open-below.h"
#include "basic/replace-file.h"

static int open_directory(int root_fd)
{
	return open_below(root_fd, RUN_DIR, O_RDONLY | O_DIRECTORY);
}

/* Below the root, wherever a link of its parent leads. */
static int make_directory(int root_fd)
{
	char parent[] = RUN_DIR, *name = strrchr(parent, '/');
	_cleanup_close_ int fd = -1;

	*name++ = '\0';
	fd = open_below(root_fd, parent, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return fd;
	return mkdirat(fd, name, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

int run_dir_open(int root_fd)
{
	int fd = open_directory(root_fd);
	int r;

	if (fd != -ENOENT)
		return fd;
	r = make_directory(root_fd);
	return r < 0 ? r : open_directory(root_fd);
}

/* Nearly all that are opened are there: a job opens some twenty. */
static int open_there(int root_fd, const char *name, int flags)
{
	char path[sizeof(RUN_DIR "/") + NAME_MAX];

	if (strlen(name) > NAME_MAX)
		return -ENAMETOOLONG;
	snprintf(path, sizeof(path), RUN_DIR "/%s", name);
	return open_below(root_fd, path, (flags & ~O_CREAT) | O_NOFOLLOW);
}

int run_dir_open_file(int root_fd, const char *name, int flags)
{
	_cleanup_close_ int dir = -1;
	int fd = open_there(root_fd, name, flags);

	if (fd != -ENOENT || !(flags & O_CREAT))
		return fd;
	dir = run_dir_open(root_fd);
	if (dir < 0)
		return dir;
	fd = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : fd;
}

int run_dir_write(int root_fd, const char *name, const char *text)
{
	_cleanup_close_ int dir = run_dir_open(root_fd);

	return dir < 0 ? dir : replace_file(dir, name, text);
}

int run_dir_remove(int root_fd, const char *name)
{
	_cleanup_close_ int dir = open_directory(root_fd);

	if (dir < 0)
		return dir == -ENOENT ? 0 : dir;
	return unlinkat(dir, name, 0) < 0 && errno != ENOENT ? -errno : 0;
}
