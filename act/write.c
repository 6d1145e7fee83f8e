// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>

#include "basic/open-below.h"
#include "basic/text.h"

/* At a write that signals interrupt. */
#define ATTEMPTS 8

int act_write(int root_fd, const char *text, const char *path_format, ...)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -1;
	size_t length = strlen(text);
	ssize_t n = 0;
	va_list ap;

	va_start(ap, path_format);
	path = text_vformat(path_format, ap);
	va_end(ap);
	if (!path)
		return -ENOMEM;
	fd = open_below(root_fd, path, O_WRONLY | O_NOCTTY);
	if (fd < 0)
		return fd;
	/*
	 * A signal makes the kernel give up an offline. After one that kills,
	 * nothing of this runs. On some kernels a stop, a debugger or the
	 * freezer of a suspend interrupt it, too: then it is repeated.
	 */
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		n = write(fd, text, length);
		if (n >= 0 || errno != EINTR)
			break;
	}
	if (n < 0)
		return -errno;
	return (size_t)n == length ? 0 : -EIO;
}
