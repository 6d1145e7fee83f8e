// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/act/write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int act_write(int root_fd, const char *text, const char *path_format, ...)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -1;
	size_t length = strlen(text);
	ssize_t n;
	va_list ap;
	int r;

	va_start(ap, path_format);
	r = vasprintf(&path, path_format, ap);
	va_end(ap);
	if (r < 0) {
		path = NULL;
		return -ENOMEM;
	}
	fd = openat(root_fd, path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -errno;
	/* No retry on EINTR: a signal is how an offline is told to give up. */
	n = write(fd, text, length);
	if (n < 0)
		return -errno;
	return (size_t)n == length ? 0 : -EIO;
}
