// SPDX-License-Identifier: GPL-2.0-or-later
#include "media/probe.h"

#include <blkid/blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "basic/cleanup.h"
#include "basic/open-below.h"
#include "facts/content.h"
#include "facts/device-memory.h"
#include "facts/root.h"
#include "media/signature.h"

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

static int find_signature(int fd, const char **ret)
{
	unsigned char head[SIGNATURE_SIZE];
	ssize_t n = read_at(fd, head, sizeof(head), 0);

	if (n < 0)
		return (int)n;
	*ret = signature_find(head, (size_t)n);
	return 0;
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

/* *ret is NULL where it finds nothing. */
static int ask_blkid(int fd, char **ret)
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

/* By what its first bytes and libblkid say; *ret is NULL where both know
 * nothing. */
static int recognize(int fd, char **ret)
{
	const char *name;
	int r = find_signature(fd, &name);

	if (r < 0 || !name)
		return r < 0 ? r : ask_blkid(fd, ret);
	*ret = strdup(name);
	return *ret ? 0 : -ENOMEM;
}

static int copy_word(bool blank, char **ret)
{
	*ret = strdup(blank ? "blank" : "unknown");
	return *ret ? 0 : -ENOMEM;
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
	_cleanup_free_ char *content = NULL;
	off_t size;
	int r;

	if (fd < 0)
		return fd;
	size = lseek(fd, 0, SEEK_END);
	if (size <= 0)
		return size < 0 ? -errno : -ENODATA;
	r = recognize(fd, &content);
	if (r == 0 && !content) {
		r = is_blank(fd, size);
		if (r >= 0)
			r = copy_word(r > 0, &content);
	}
	if (r == 0)
		*ret = TAKE_PTR(content);
	return r;
}

/* libblkid reads no character devices: its first and last bytes in a file that
 * is as large, and otherwise empty. */
static int copy_edges(int fd, const struct facts_device *device)
{
	_cleanup_close_ int copy = memfd_create("content", MFD_CLOEXEC);
	int r;

	if (copy < 0)
		return -errno;
	if (device->size > INT64_MAX)
		return -EFBIG;
	if (ftruncate(copy, (off_t)device->size) < 0)
		return -errno;
	r = device_memory_copy_edges(fd, device, copy);
	return r < 0 ? r : TAKE_FD(copy);
}

int probe_device(int root_fd, const struct facts_snapshot *snapshot,
		 const struct facts_device *device, char **ret)
{
	_cleanup_close_ int lock = -1, fd = -1, copy = -1;
	_cleanup_free_ char *content = NULL;
	uint64_t at;
	int r;

	fd = facts_content_open(root_fd, snapshot, device, &lock);
	if (fd < 0)
		return fd;
	copy = copy_edges(fd, device);
	if (copy < 0)
		return copy;
	r = recognize(copy, &content);
	if (r == 0 && !content) {
		r = device_memory_sample(fd, device, &at);
		if (r >= 0)
			r = copy_word(r == 0, &content);
	}
	if (r == 0)
		*ret = TAKE_PTR(content);
	return r;
}
