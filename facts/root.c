// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/open-below.h"
#include "basic/parse.h"
#include "basic/utf8.h"

#define READ_MAX ((size_t)64 * 1024)
#define READ_FIRST \
	((size_t)4096) /* a sysfs attribute fits: it is at most a page */

/* The error of the system call that has just failed; never 0. */
static int last_error(void)
{
	return errno > 0 ? -errno : -EIO;
}

int root_open(int root_fd, const char *path, int flags)
{
	/* Others beside O_PATH would be refused by openat2(2). */
	if (!(flags & O_PATH))
		flags |= O_RDONLY | O_NOCTTY | O_NONBLOCK;
	return open_below(root_fd, path, flags);
}

int root_open_stream(int root_fd, const char *path, FILE **ret)
{
	_cleanup_close_ int fd = root_open(root_fd, path, 0);
	FILE *file;

	if (fd < 0)
		return fd;
	file = fdopen(fd, "r");
	if (!file)
		return last_error();
	TAKE_FD(fd); /* the stream owns it now */
	*ret = file;
	return 0;
}

int root_open_dir(int root_fd, const char *path, DIR **ret)
{
	_cleanup_close_ int fd = root_open(root_fd, path, O_DIRECTORY);
	DIR *dir;

	if (fd < 0)
		return fd;
	dir = fdopendir(fd);
	if (!dir)
		return last_error();
	TAKE_FD(fd); /* the directory stream owns it now */
	*ret = dir;
	return 0;
}

bool root_exists(int root_fd, const char *path)
{
	_cleanup_close_ int fd = root_open(root_fd, path, O_PATH);

	return fd >= 0;
}

/* Reads all of @fd into *ret with a NUL behind it, to be freed. */
static int read_all(int fd, char **ret, size_t *ret_length)
{
	_cleanup_free_ char *buffer = NULL;
	size_t length = 0, room = 0;
	ssize_t n;

	do {
		if (length == room) {
			size_t more = room ? room * 2 : READ_FIRST;
			char *grown = realloc(buffer, more + 1);

			if (!grown)
				return -ENOMEM;
			buffer = grown;
			room = more;
		}
		n = read(fd, buffer + length, room - length);
		if (n < 0 && errno != EINTR)
			return last_error();
		length += n > 0 ? (size_t)n : 0;
		if (length > READ_MAX)
			return -EFBIG;
	} while (n != 0);
	buffer[length] = '\0';
	*ret = TAKE_PTR(buffer);
	*ret_length = length;
	return 0;
}

int root_read_text(int root_fd, const char *path, char **ret)
{
	_cleanup_close_ int fd = root_open(root_fd, path, 0);
	_cleanup_free_ char *text = NULL;
	size_t length = 0;
	int r;

	if (fd < 0)
		return fd;
	r = read_all(fd, &text, &length);
	if (r < 0)
		return r;
	if (memchr(text, '\0', length))
		return -EINVAL;
	utf8_repair(text);
	*ret = TAKE_PTR(text);
	return 0;
}

int root_read_line(int root_fd, const char *path, char **ret)
{
	char *text;
	int r;

	r = root_read_text(root_fd, path, &text);
	if (r < 0)
		return r;
	text[strcspn(text, "\n")] = '\0';
	*ret = text;
	return 0;
}

int root_read_word(int root_fd, const char *path, char *buf, size_t size)
{
	_cleanup_close_ int fd = root_open(root_fd, path, 0);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = read(fd, buf, size);
	if (n < 0)
		return last_error();
	if ((size_t)n == size)
		return -EFBIG;
	if (memchr(buf, '\0', (size_t)n))
		return -EINVAL;
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	utf8_repair(buf);
	return 0;
}

int root_read_u64(int root_fd, const char *path, uint64_t *ret)
{
	_cleanup_free_ char *text = NULL;
	int r;

	r = root_read_text(root_fd, path, &text);
	return r < 0 ? r : parse_u64(text, ret);
}

int root_read_int(int root_fd, const char *path, int *ret)
{
	_cleanup_free_ char *text = NULL;
	int r;

	r = root_read_text(root_fd, path, &text);
	return r < 0 ? r : parse_int(text, ret);
}

int root_read_link(int root_fd, const char *path, char **ret)
{
	_cleanup_close_ int fd = root_open(root_fd, path, O_PATH | O_NOFOLLOW);
	char target[PATH_MAX];
	ssize_t n;
	char *copy;

	if (fd < 0)
		return fd;
	n = readlinkat(fd, "", target, sizeof(target));
	if (n < 0)
		/* of a descriptor that is no link: ENOENT, which would say
		 * that the file does not exist */
		return errno == ENOENT ? -EINVAL : last_error();
	if ((size_t)n == sizeof(target))
		return -ENAMETOOLONG;
	copy = strndup(target, (size_t)n);
	if (!copy)
		return -ENOMEM;
	utf8_repair(copy);
	*ret = copy;
	return 0;
}

int root_read_link_name(int root_fd, const char *path, char **ret)
{
	_cleanup_free_ char *target = NULL;
	const char *slash;
	char *name;
	int r;

	r = root_read_link(root_fd, path, &target);
	if (r < 0)
		return r;
	slash = strrchr(target, '/');
	if (slash && slash[1] == '\0')
		return -EINVAL;
	name = strdup(slash ? slash + 1 : target);
	if (!name)
		return -ENOMEM;
	*ret = name;
	return 0;
}
