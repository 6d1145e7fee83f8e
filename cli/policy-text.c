// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/policy-text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/open-below.h"
#include "basic/text.h"
#include "policy/parser.h"

char *policy_text_read(int root_fd, const char *path)
{
	_cleanup_close_ int fd =
		open_below(root_fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	_cleanup_free_ char *text = calloc(1, POLICY_FILE_SIZE_MAX + 1);
	size_t size = 0;
	ssize_t n = -1;

	while (fd >= 0 && text &&
	       (n = read(fd, text + size, POLICY_FILE_SIZE_MAX - size)) > 0)
		size += (size_t)n;
	return n == 0 ? TAKE_PTR(text) : NULL;
}

/* "etc/daxbroker" of "etc/daxbroker/x.region"; NULL: it is the root itself, or
 * out of memory. */
static char *parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? strndup(path, (size_t)(slash - path)) : NULL;
}

/* The parent of @path, or where that is missing its own, and so on. */
static int open_nearest(int root_fd, const char *path)
{
	_cleanup_free_ char *parent = parent_of(path);
	int fd = open_below(root_fd, parent ? parent : ".",
			    O_RDONLY | O_DIRECTORY);

	return fd == -ENOENT && parent ? open_nearest(root_fd, parent) : fd;
}

int policy_text_may_write(int root_fd, const char *path)
{
	_cleanup_close_ int fd = open_nearest(root_fd, path);

	if (fd < 0)
		return fd;
	return faccessat(fd, ".", W_OK, AT_EACCESS) < 0 ? -errno : 0;
}

/* The parent of @path, made where it is missing. */
static int open_parent(int root_fd, const char *path)
{
	_cleanup_free_ char *parent = parent_of(path);
	_cleanup_close_ int above = -1;
	const char *slash;
	int fd;

	if (!parent)
		return open_below(root_fd, ".", O_RDONLY | O_DIRECTORY);
	fd = open_below(root_fd, parent, O_RDONLY | O_DIRECTORY);
	if (fd != -ENOENT)
		return fd;
	above = open_parent(root_fd, parent);
	if (above < 0)
		return above;
	slash = strrchr(parent, '/');
	if (mkdirat(above, slash ? slash + 1 : parent, 0755) < 0)
		return -errno;
	return open_below(root_fd, parent, O_RDONLY | O_DIRECTORY);
}

static int write_all(int fd, const char *text)
{
	size_t size = strlen(text), done = 0;

	while (done < size) {
		ssize_t n = write(fd, text + done, size - done);

		if (n < 0 && errno != EINTR)
			return -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	return fchmod(fd, 0644) < 0 || fsync(fd) < 0 ? -errno : 0;
}

/* Nobody takes a name that begins with a dot for a policy. */
static int write_beside(int directory, const char *name, const char *text)
{
	_cleanup_free_ char *beside = text_format(".#%s.%d", name, getpid());
	_cleanup_close_ int fd = -1;
	int r;

	if (!beside)
		return -ENOMEM;
	fd = openat(directory, beside,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	r = write_all(fd, text);
	if (r == 0 && renameat(directory, beside, directory, name) < 0)
		r = -errno;
	if (r < 0)
		unlinkat(directory, beside, 0);
	else if (fsync(directory) < 0)
		r = -errno;
	return r;
}

int policy_text_write(int root_fd, const char *path, const char *text)
{
	_cleanup_close_ int directory = open_parent(root_fd, path);
	const char *slash = strrchr(path, '/');

	if (directory < 0)
		return directory;
	return write_beside(directory, slash ? slash + 1 : path, text);
}
