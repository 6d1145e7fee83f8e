// SPDX-License-Identifier: GPL-2.0-or-later
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void die(const char *format, ...)
{
	va_list args;

	fputs("dax-tool: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

void ok(const char *what)
{
	printf("ok: %s\n", what);
}

void say(const char *word)
{
	puts(word);
	fflush(stdout);
}

size_t number(const char *text)
{
	char *end;
	size_t value = strtoull(text, &end, 0);

	switch (*end) {
	case 'K':
		return value << 10;
	case 'M':
		return value << 20;
	case 'G':
		return value << 30;
	case '\0':
		return value;
	}
	die("'%s' is no number", text);
	return 0;
}

bool is_strict(void)
{
	const char *text = getenv("STRICT");

	return !text || *text != '0';
}

/* "fd3": a descriptor that this was started with. */
int open_dev(const char *path, int flags)
{
	int fd;

	if (strncmp(path, "fd", 2) == 0)
		return atoi(path + 2);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		die("open %s: %s", path, strerror(errno));
	return fd;
}

char *map_at(int fd, size_t length, size_t offset)
{
	char *p = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		       offset);

	if (p == MAP_FAILED)
		die("mmap of %#zx at %#zx: %s", length, offset,
		    strerror(errno));
	return p;
}
