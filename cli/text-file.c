// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/text-file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/text-stream.h"

static int read_stream(FILE *file, char **ret, size_t *ret_size)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *copy = text_stream_open(&stream);
	char bytes[4096];
	size_t n;

	if (!copy)
		return -ENOMEM;
	errno = 0;
	*ret_size = 0;
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0) {
		fwrite(bytes, 1, n, copy);
		*ret_size += n;
	}
	if (ferror(file))
		return errno ? -errno : -EIO;
	*ret = text_stream_take(&stream);
	return *ret ? 0 : -ENOMEM;
}

int text_file_read(const char *name, char **ret, size_t *ret_size)
{
	_cleanup_fclose_ FILE *file = NULL;
	_cleanup_free_ char *text = NULL;
	int r;

	if (strcmp(name, "-") != 0) {
		file = fopen(name, "re");
		if (!file)
			return -errno;
	}
	r = read_stream(file ? file : stdin, &text, ret_size);
	if (r == 0)
		*ret = TAKE_PTR(text);
	return r;
}

const char *text_file_name(const char *name)
{
	return strcmp(name, "-") == 0 ? "<standard input>" : name;
}
