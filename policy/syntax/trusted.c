// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/syntax/trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "basic/cleanup.h"
#include "basic/open-below.h"
#include "basic/text.h"

static int fault(char **ret_fault, const char *format, ...) _printf_(2, 3);

static int fault(char **ret_fault, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	*ret_fault = text_vformat(format, ap);
	va_end(ap);
	return *ret_fault ? -EINVAL : -ENOMEM;
}

static bool is_own_failure(int r)
{
	return r == -ENOMEM || r == -EMFILE || r == -ENFILE;
}

static int open_fault(int r, char **ret_fault)
{
	if (is_own_failure(r))
		return r;
	return fault(ret_fault, "cannot be opened: %s", strerror(-r));
}

bool trusted_exists(int root_fd, const char *path)
{
	_cleanup_close_ int fd = open_below(root_fd, path, O_PATH | O_NOFOLLOW);

	return fd != -ENOENT;
}

/* Only its owner can change it, who is trusted. */
static int check_trust(const struct stat *st, unsigned int trusted_uid,
		       char **ret_fault)
{
	if (st->st_uid != 0 && st->st_uid != trusted_uid)
		return fault(ret_fault,
			     "is owned by user %u and not by root, so it "
			     "decides nothing",
			     st->st_uid);
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return fault(ret_fault,
			     "is writable for its group or others (mode "
			     "%04o), so it decides nothing",
			     st->st_mode & 07777);
	return 0;
}

int trusted_open_directory(int root_fd, const char *path,
			   unsigned int trusted_uid, char **ret_fault)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r;

	fd = open_below(root_fd, path, O_RDONLY | O_DIRECTORY);
	if (fd == -ENOENT && !trusted_exists(root_fd, path))
		return -ENOENT;
	if (fd < 0)
		return open_fault(fd, ret_fault);
	if (fstat(fd, &st) < 0)
		return open_fault(-errno, ret_fault);
	r = check_trust(&st, trusted_uid, ret_fault);
	if (r < 0)
		return r;
	return TAKE_FD(fd);
}

static bool is_link_to_null(int root_fd, const char *path)
{
	static const char null[] = "/dev/null";
	_cleanup_close_ int fd = open_below(root_fd, path, O_PATH | O_NOFOLLOW);
	char target[sizeof(null)];
	ssize_t n;

	if (fd < 0)
		return false;
	n = readlinkat(fd, "", target, sizeof(target));
	return n == sizeof(null) - 1 && memcmp(target, null, (size_t)n) == 0;
}

static bool is_null_device(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

/* Checks before it is opened, for opening a FIFO or a device has effects.
 * Returns 1 to go on, 0 for nothing to read. */
static int check_file(int root_fd, const char *path, unsigned int trusted_uid,
		      size_t limit, char **ret_fault)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r;

	if (is_link_to_null(root_fd, path))
		return 0;
	fd = open_below(root_fd, path, O_PATH);
	if (fd == -ENOENT) {
		if (!trusted_exists(root_fd, path))
			return 0;
		return fault(ret_fault, "is a symbolic link that leads "
					"nowhere");
	}
	if (fd < 0)
		return open_fault(fd, ret_fault);
	if (fstat(fd, &st) < 0)
		return open_fault(-errno, ret_fault);
	if (is_null_device(&st))
		return 0;
	if (!S_ISREG(st.st_mode))
		return fault(ret_fault, "is not a regular file");
	r = check_trust(&st, trusted_uid, ret_fault);
	if (r < 0)
		return r;
	if (st.st_size > (off_t)limit)
		return fault(ret_fault,
			     "is larger than %zu bytes (%jd), so it is no "
			     "policy and is not read",
			     limit, (intmax_t)st.st_size);
	return st.st_size > 0;
}

static int read_all(int fd, size_t limit, char **ret_text, size_t *ret_size,
		    char **ret_fault)
{
	_cleanup_free_ char *text = malloc(limit + 1);
	size_t size = 0;
	ssize_t n;

	if (!text)
		return -ENOMEM;
	do {
		n = read(fd, text + size, limit + 1 - size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault(ret_fault, "cannot be read: %s",
				     strerror(errno));
		size += (size_t)n;
	} while (n != 0 && size <= limit);
	if (size > limit)
		return fault(ret_fault, "is larger than %zu bytes", limit);
	*ret_text = TAKE_PTR(text);
	*ret_size = size;
	return 1;
}

int trusted_read(int root_fd, const char *path, unsigned int trusted_uid,
		 size_t limit, char **ret_text, size_t *ret_size,
		 char **ret_fault)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r;

	r = check_file(root_fd, path, trusted_uid, limit, ret_fault);
	if (r <= 0)
		return r;
	fd = open_below(root_fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return open_fault(fd, ret_fault);
	/* It may be another one by now. */
	if (fstat(fd, &st) < 0)
		return open_fault(-errno, ret_fault);
	if (!S_ISREG(st.st_mode))
		return fault(ret_fault, "is not a regular file");
	r = check_trust(&st, trusted_uid, ret_fault);
	if (r < 0)
		return r;
	return read_all(fd, limit, ret_text, ret_size, ret_fault);
}
