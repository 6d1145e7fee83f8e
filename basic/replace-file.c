// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/replace-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/text.h"

static int write_all(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		ssize_t n = write(fd, text, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		left -= (size_t)n;
	}
	return 0;
}

/* What an earlier writer left that was killed is gone first: O_EXCL follows no
 * link. */
static int write_new(int dir_fd, const char *name, const char *text)
{
	_cleanup_close_ int fd = -1;
	int r;

	unlinkat(dir_fd, name, 0);
	fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0644);
	if (fd < 0)
		return -errno;
	r = write_all(fd, text);
	/* Whatever the umask is. */
	if (r == 0 && (fchmod(fd, 0644) < 0 || fsync(fd) < 0))
		r = -errno;
	return r;
}

int replace_file(int dir_fd, const char *name, const char *text)
{
	_cleanup_free_ char *new = text_format(".%s.new", name);
	int r;

	if (!new)
		return -ENOMEM;
	r = write_new(dir_fd, new, text);
	if (r == 0 && renameat(dir_fd, new, dir_fd, name) < 0)
		r = -errno;
	if (r < 0)
		unlinkat(dir_fd, new, 0);
	else
		fsync(dir_fd);
	return r;
}
