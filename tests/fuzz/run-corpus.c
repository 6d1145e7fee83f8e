// SPDX-License-Identifier: GPL-2.0-or-later
/* Gives each file of the folders named to a fuzzer, without any fuzzing. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "tests/fuzz/fuzz.h"

#define INPUT_SIZE_MAX (1 << 20)

/* Exactly as large as the input, so that ASan sees a step beyond. */
static int run_input(const char *data, size_t size)
{
	_cleanup_free_ uint8_t *input = malloc(size ? size : 1);

	if (!input)
		return -ENOMEM;
	memcpy(input, data, size);
	LLVMFuzzerTestOneInput(input, size);
	return 0;
}

static int run_file(const char *folder, const char *name)
{
	static char data[INPUT_SIZE_MAX];
	_cleanup_free_ char *path = NULL;
	_cleanup_fclose_ FILE *f = NULL;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return -ENOMEM;
	f = fopen(path, "re");
	if (!f) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -EIO;
	}
	return run_input(data, fread(data, 1, sizeof(data), f));
}

/* Returns the number of files, or a negative errno. */
static int run_folder(const char *folder)
{
	_cleanup_closedir_ DIR *dir = opendir(folder);
	const struct dirent *entry;
	int n = 0;

	if (!dir) {
		fprintf(stderr, "%s: %s\n", folder, strerror(errno));
		return -EIO;
	}
	while ((entry = readdir(dir))) {
		int r;

		if (entry->d_name[0] == '.')
			continue;
		r = run_file(folder, entry->d_name);
		if (r < 0)
			return r;
		n++;
	}
	return n;
}

int main(int argc, char **argv)
{
	int n = 0;

	for (int i = 1; i < argc; i++) {
		int r = run_folder(argv[i]);

		if (r < 0)
			return 1;
		n += r;
	}
	printf("%d inputs\n", n);
	return n == 0;
}
