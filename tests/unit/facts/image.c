// SPDX-License-Identifier: GPL-2.0-or-later
#include "image.h"

#include <dirent.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/cleanup.h"

static void write_row(int fd, uint64_t at, const char *hex)
{
	unsigned int byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2) {
		const unsigned char c = (unsigned char)byte;

		assert_int_equal(pwrite(fd, &c, 1, (off_t)at++), 1);
	}
}

uint64_t image_write(const char *name, int fd)
{
	_cleanup_fclose_ FILE *f = NULL;
	char path[512], line[256], hex[65];
	uint64_t size = 0, at;

	snprintf(path, sizeof(path), IMAGES "/%s.image", name);
	f = fopen(path, "re");
	assert_non_null(f);
	assert_int_equal(ftruncate(fd, 0), 0);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "size %" SCNu64, &size) == 1)
			assert_int_equal(ftruncate(fd, (off_t)size), 0);
		else if (sscanf(line, "%" SCNu64 " %64s", &at, hex) == 2)
			write_row(fd, at, hex);
	assert_true(size > 0);
	return size;
}

unsigned int image_each(void (*use)(const char *name))
{
	_cleanup_closedir_ DIR *dir = opendir(IMAGES);
	const struct dirent *entry;
	unsigned int n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		const char *dot = strrchr(entry->d_name, '.');
		char name[256] = "";

		if (!dot || strcmp(dot, ".image") != 0)
			continue;
		memcpy(name, entry->d_name, (size_t)(dot - entry->d_name));
		use(name);
		n++;
	}
	return n;
}
