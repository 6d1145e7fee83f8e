// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/device-memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "basic/open-below.h"

/* What is copied at once: as much as a pipe takes. */
#define COPY_SIZE 65536
/* What is mapped at once to read all, so that page tables of 4K pages stay
 * small. */
#define WINDOW_SIZE (UINT64_C(1) << 30)

#define SAMPLE_EDGE (UINT64_C(256) << 10)
#define SAMPLE_PAGE UINT64_C(4096)
#define SAMPLE_PAGES 64

/*
 * Memory comes out of the mapping through a pipe: then it is the kernel that
 * touches it, and memory that has failed makes write(2) return EFAULT. On x86
 * that is so since Linux 5.10, and without a SIGBUS afterwards since 5.15
 * (c0ab7ffce275 "x86/mce: Recover from poison found while copying from user
 * space", 81065b35e248). A pipe gives up at the first page that it cannot copy;
 * a write to a file would try that page again and again. Elsewhere the kernel
 * may not survive it, so nothing is read there.
 */
#ifdef __x86_64__
static const bool survives_failure = true;
#else
static const bool survives_failure = false;
#endif

struct copier {
	int fd;
	int to; /* of device_memory_copy_edges() */
	uint64_t size, align;
	int pipe[2];
	unsigned char bytes[COPY_SIZE];
};

static bool is_device(int root_fd, int fd, const struct facts_device *device)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return false;
	if (S_ISREG(st.st_mode))
		return !open_below_is_system(root_fd);
	return S_ISCHR(st.st_mode) &&
	       st.st_rdev == makedev(device->major, device->minor);
}

int device_memory_open_as(int root_fd, const struct facts_device *device,
			  int access)
{
	_cleanup_close_ int fd = -1;
	char path[NAME_MAX];

	snprintf(path, sizeof(path), "dev/%s", device->name);
	fd = open_below(root_fd, path,
			access | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return fd;
	return is_device(root_fd, fd, device) ? TAKE_FD(fd) : -ENXIO;
}

int device_memory_open(int root_fd, const struct facts_device *device)
{
	return survives_failure
		       ? device_memory_open_as(root_fd, device, O_RDONLY)
		       : -EOPNOTSUPP;
}

static int copier_open(struct copier *copier, int fd,
		       const struct facts_device *device)
{
	copier->fd = fd;
	copier->size = device->size;
	copier->align = device->align;
	if (!device->align)
		return -EACCES; /* only root can read it */
	return pipe2(copier->pipe, O_CLOEXEC | O_NONBLOCK) < 0 ? -errno : 0;
}

static void copier_close(struct copier *copier)
{
	close(copier->pipe[0]);
	close(copier->pipe[1]);
}

/* Copies some of @n bytes; returns how many, or a negative errno. */
static ssize_t copy(struct copier *copier, const unsigned char *from, size_t n)
{
	ssize_t copied;

	copied = write(copier->pipe[1], from, n < COPY_SIZE ? n : COPY_SIZE);
	if (copied < 0)
		return -errno;
	if (read(copier->pipe[0], copier->bytes, (size_t)copied) != copied)
		return -EIO;
	return copied;
}

static bool is_zero(const unsigned char *bytes, size_t n)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, n - 1) == 0;
}

/* Before a byte that is not zero. */
static size_t count_zeros(const unsigned char *bytes)
{
	size_t n = 0;

	while (bytes[n] == 0)
		n++;
	return n;
}

/* In @n bytes at @from; as device_memory_find_data(), *ret_at from there. */
static int find_in(struct copier *copier, const unsigned char *from, uint64_t n,
		   uint64_t *ret_at)
{
	ssize_t copied;

	for (uint64_t at = 0; at < n; at += (uint64_t)copied) {
		copied = copy(copier, from + at, n - at);
		if (copied <= 0)
			return copied < 0 ? (int)copied : -EIO;
		if (is_zero(copier->bytes, (size_t)copied))
			continue;
		*ret_at = at + count_zeros(copier->bytes);
		return 1;
	}
	return 0;
}

/* Maps what is between two offsets, the first a multiple of the page size, and
 * has @search go through it. */
static int find_mapped(struct copier *copier, uint64_t from, uint64_t to,
		       int (*search)(struct copier *copier,
				     const unsigned char *memory, uint64_t size,
				     uint64_t *ret_at),
		       uint64_t *ret_at)
{
	const uint64_t length = to - from + copier->align - 1;
	const uint64_t whole = length - length % copier->align;
	unsigned char *memory;
	int r;

	memory = mmap(NULL, whole, PROT_READ, MAP_SHARED, copier->fd,
		      (off_t)from);
	if (memory == MAP_FAILED)
		return -errno;
	r = search(copier, memory, to - from, ret_at);
	munmap(memory, whole);
	if (r > 0)
		*ret_at += from;
	return r;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static int find_all(struct copier *copier, uint64_t *ret_at)
{
	uint64_t window = WINDOW_SIZE - WINDOW_SIZE % copier->align;
	int r = 0;

	if (window == 0)
		window = copier->align;
	for (uint64_t at = 0; at < copier->size && r == 0; at += window)
		r = find_mapped(copier, at, least(at + window, copier->size),
				find_in, ret_at);
	return r;
}

static int find_between(struct copier *copier, const unsigned char *memory,
			uint64_t from, uint64_t to, uint64_t *ret_at)
{
	int r = find_in(copier, memory + from, to - from, ret_at);

	if (r > 0)
		*ret_at += from;
	return r;
}

static int find_in_parts(struct copier *copier, const unsigned char *memory,
			 uint64_t size, uint64_t *ret_at)
{
	const uint64_t edge = least(size, SAMPLE_EDGE);
	int r;

	r = find_between(copier, memory, 0, edge, ret_at);
	if (r == 0)
		r = find_between(copier, memory, size - edge, size, ret_at);
	for (uint64_t i = 1; i <= SAMPLE_PAGES && r == 0; i++) {
		uint64_t at = size / (SAMPLE_PAGES + 1) * i;

		at -= at % SAMPLE_PAGE;
		r = find_between(copier, memory, at,
				 least(at + SAMPLE_PAGE, size), ret_at);
	}
	return r;
}

/* One mapping: only pages that are touched get page tables. */
static int find_in_samples(struct copier *copier, uint64_t *ret_at)
{
	return find_mapped(copier, 0, copier->size, find_in_parts, ret_at);
}

static int find(int fd, const struct facts_device *device,
		int (*find_where)(struct copier *copier, uint64_t *ret_at),
		uint64_t *ret_at)
{
	struct copier copier;
	int r;

	r = copier_open(&copier, fd, device);
	if (r < 0)
		return r;
	r = find_where(&copier, ret_at);
	copier_close(&copier);
	return r;
}

int device_memory_find_data(int fd, const struct facts_device *device,
			    uint64_t *ret_at)
{
	return find(fd, device, find_all, ret_at);
}

int device_memory_sample(int fd, const struct facts_device *device,
			 uint64_t *ret_at)
{
	return find(fd, device, find_in_samples, ret_at);
}

/* As find_in(), of what is copied to copier->to; it finds nothing. */
static int save(struct copier *copier, const unsigned char *memory,
		uint64_t from, uint64_t to)
{
	ssize_t copied;

	for (uint64_t at = from; at < to; at += (uint64_t)copied) {
		copied = copy(copier, memory + at, to - at);
		if (copied <= 0)
			return copied < 0 ? (int)copied : -EIO;
		if (pwrite(copier->to, copier->bytes, (size_t)copied,
			   (off_t)at) != copied)
			return errno ? -errno : -EIO;
	}
	return 0;
}

static int save_edges(struct copier *copier, const unsigned char *memory,
		      uint64_t size, _unused_ uint64_t *ret_at)
{
	const uint64_t edge = least(size, SAMPLE_EDGE);
	int r = save(copier, memory, 0, edge);

	return r < 0 ? r : save(copier, memory, size - edge, size);
}

int device_memory_copy_edges(int fd, const struct facts_device *device, int to)
{
	struct copier copier;
	uint64_t at;
	int r;

	r = copier_open(&copier, fd, device);
	if (r < 0)
		return r;
	copier.to = to;
	r = find_mapped(&copier, 0, copier.size, save_edges, &at);
	copier_close(&copier);
	return r;
}
