// SPDX-License-Identifier: GPL-2.0-or-later
#include "media/probe.h"

#include <blkid/blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/open-below.h"
#include "facts/content-probe.h"
#include "facts/content.h"
#include "facts/signature.h"

#define SAMPLE_EDGE 262144
#define SAMPLE_PAGE 4096
#define SAMPLE_PAGES 64

DEFINE_CLEANUP(blkid_probe, blkid_free_probe)

/* Reads up to @n bytes. Returns how many, or a negative errno. */
static ssize_t read_at(int fd, void *buf, size_t n, off_t at)
{
	size_t done = 0;

	while (done < n) {
		ssize_t r = pread(fd, (char *)buf + done, n - done,
				  at + (off_t)done);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -errno;
		if (r == 0)
			break;
		done += (size_t)r;
	}
	return (ssize_t)done;
}

/* 1: all of it is zero; 0: it is not; or a negative errno. */
static int is_zero(int fd, off_t from, off_t to)
{
	unsigned char buf[65536];

	while (from < to) {
		size_t n = (size_t)(to - from) < sizeof(buf)
				   ? (size_t)(to - from)
				   : sizeof(buf);
		ssize_t got = read_at(fd, buf, n, from);

		if (got <= 0)
			return got < 0 ? (int)got : -EIO;
		if (buf[0] != 0 || memcmp(buf, buf + 1, (size_t)got - 1) != 0)
			return 0;
		from += got;
	}
	return 1;
}

/* The same of its first and last bytes, and of pages between them. */
static int is_blank(int fd, off_t size)
{
	const off_t edge = size < SAMPLE_EDGE ? size : SAMPLE_EDGE;
	int r = is_zero(fd, 0, edge);

	if (r > 0)
		r = is_zero(fd, size - edge, size);
	for (off_t i = 1; r > 0 && size > 2 * edge && i <= SAMPLE_PAGES; i++) {
		off_t at = size / (SAMPLE_PAGES + 1) * i;

		at -= at % SAMPLE_PAGE;
		r = is_zero(fd, at, at + SAMPLE_PAGE);
	}
	return r;
}

/* What libblkid finds first of a file system and a partition table. */
static const char *probed_name(blkid_probe probe)
{
	const char *name;

	if (blkid_probe_lookup_value(probe, "TYPE", &name, NULL) == 0 ||
	    blkid_probe_lookup_value(probe, "PTTYPE", &name, NULL) == 0)
		return name;
	return NULL;
}

int probe_ask_blkid(int fd, char **ret)
{
	_cleanup_(cleanup_blkid_free_probe) blkid_probe probe =
		blkid_new_probe();
	const char *name = NULL;

	if (!probe)
		return -ENOMEM;
	errno = 0;
	if (blkid_probe_set_device(probe, fd, 0, 0) != 0 ||
	    blkid_probe_enable_superblocks(probe, 1) != 0 ||
	    blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE) != 0 ||
	    blkid_probe_enable_partitions(probe, 1) != 0)
		return errno ? -errno : -EIO;
	switch (blkid_do_safeprobe(probe)) {
	case 0:
		name = probed_name(probe);
		break;
	case 1:
		break;
	case -2:
		name = "ambiguous";
		break;
	default:
		return errno ? -errno : -EIO;
	}
	*ret = name ? strdup(name) : NULL;
	return name && !*ret ? -ENOMEM : 0;
}

static int copy_word(enum content_kind kind, char **ret)
{
	*ret = strdup(content_kind_name(kind));
	return *ret ? 0 : -ENOMEM;
}

/* Of what the program does not know by itself libblkid may know more. */
static int name_kind(int fd, enum content_kind kind, char **ret)
{
	_cleanup_free_ char *name = NULL;
	int r = kind == CONTENT_OTHER ? probe_ask_blkid(fd, &name) : 0;

	if (r < 0)
		return r;
	if (!name)
		return copy_word(kind, ret);
	*ret = TAKE_PTR(name);
	return 0;
}

static int find_kind(int fd, off_t size, enum content_kind *ret)
{
	int r = is_blank(fd, size);

	if (r > 0)
		*ret = CONTENT_BLANK;
	return r == 0 ? signature_find(fd, (uint64_t)size, ret) : r < 0 ? r : 0;
}

/* Where the tree is not the running system's it may be a plain file. */
static int open_block(int root_fd, const char *name)
{
	_cleanup_close_ int fd = -1;
	char path[NAME_MAX];
	struct stat st;

	if (strchr(name, '/') ||
	    snprintf(path, sizeof(path), "dev/%s", name) >= NAME_MAX)
		return -EINVAL;
	fd = open_below(root_fd, path,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISBLK(st.st_mode) &&
	    (!S_ISREG(st.st_mode) || open_below_is_system(root_fd)))
		return -ENOTBLK;
	return TAKE_FD(fd);
}

int probe_block(int root_fd, const char *name, char **ret)
{
	_cleanup_close_ int fd = open_block(root_fd, name);
	enum content_kind kind;
	off_t size;
	int r;

	if (fd < 0)
		return fd;
	size = lseek(fd, 0, SEEK_END);
	if (size <= 0)
		return size < 0 ? -errno : -ENODATA;
	r = find_kind(fd, size, &kind);
	return r < 0 ? r : name_kind(fd, kind, ret);
}

int probe_device(int root_fd, const struct facts_snapshot *snapshot,
		 const struct facts_device *device, char **ret)
{
	_cleanup_close_ int lock = -1, fd = -1, copy = -1;
	enum content_kind kind;
	int r;

	fd = facts_content_open(root_fd, snapshot, device, &lock);
	if (fd < 0)
		return fd;
	copy = content_probe_copy(fd, device);
	if (copy < 0)
		return copy;
	r = content_probe_kind(fd, device, copy, &kind);
	return r < 0 ? r : name_kind(copy, kind, ret);
}
