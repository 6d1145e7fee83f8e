// SPDX-License-Identifier: GPL-2.0-or-later
/* What is written is there: through the mapping, and by O_DIRECT. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "commands.h"
#include "common.h"

static uint64_t word_at(size_t i, uint64_t seed)
{
	return (i + 1) * 0x9e3779b97f4a7c15ULL ^ seed;
}

static void fill_words(void *p, size_t length, uint64_t seed)
{
	uint64_t *words = p;
	size_t i;

	for (i = 0; i < length / sizeof(*words); i++)
		words[i] = word_at(i, seed);
}

static void verify_words(const void *p, size_t length, uint64_t seed)
{
	const uint64_t *words = p;
	size_t i;

	for (i = 0; i < length / sizeof(*words); i++)
		if (words[i] != word_at(i, seed))
			die("other data at %#zx", i * sizeof(*words));
}

/* A mapping of whole pages around the part that is asked for. */
static char *map_around(const char *path, size_t offset, size_t length)
{
	size_t align = number(getenv("ALIGN") ?: "1G");
	size_t begin = offset & ~(align - 1);
	size_t end = (offset + length + align - 1) & ~(align - 1);
	int fd = open_dev(path, O_RDWR);
	char *p = map_at(fd, end - begin, begin);

	close(fd);
	return p + (offset - begin);
}

int run_fill(char **args)
{
	size_t length = number(args[2]);

	fill_words(map_around(args[0], number(args[1]), length), length,
		   number(args[3]));
	return 0;
}

int run_put(char **args)
{
	const char *hex = args[2];
	size_t length = strlen(hex) / 2;
	char *p = map_around(args[0], number(args[1]), length);
	unsigned int byte;

	for (size_t i = 0; i < length; i++) {
		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			die("%s: no hexadecimal bytes", hex);
		p[i] = (char)byte;
	}
	return 0;
}

int run_verify(char **args)
{
	size_t length = number(args[2]);

	verify_words(map_around(args[0], number(args[1]), length), length,
		     number(args[3]));
	return 0;
}

static void expect_bytes(ssize_t got, size_t wanted, const char *what)
{
	if (got < 0)
		die("%s: %s", what, strerror(errno));
	if ((size_t)got != wanted)
		die("%s: %zd of %zu bytes", what, got, wanted);
	ok(what);
}

int run_direct(char **args)
{
	size_t length = number(args[2]);
	char *p = map_around(args[0], number(args[1]), length);
	char *copy = mmap(NULL, length, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open_dev(args[3], O_RDWR | O_DIRECT);

	fill_words(p, length, 17);
	expect_bytes(pwrite(fd, p, length, 0), length,
		     "O_DIRECT from the mapping to the disk");
	expect_bytes(pread(fd, copy, length, 0), length, "read it elsewhere");
	verify_words(copy, length, 17);
	fill_words(copy, length, 18);
	expect_bytes(pwrite(fd, copy, length, 0), length, "write other data");
	expect_bytes(pread(fd, p, length, 0), length,
		     "O_DIRECT from the disk to the mapping");
	verify_words(p, length, 18);
	return 0;
}
