// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cases (case-file.h) for scripts: makes the parts of each CASE.case below
 * FOLDER/CASE, or writes what it reads as what the case expects.
 *
 * usage: unpack-case FOLDER CASE.case...
 *        unpack-case --update CASE.case <TEXT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "case-file.h"

/* FOLDER/CASE, made, to be freed; NULL when it cannot be made. */
static char *make_folder(const char *folder, const char *case_path)
{
	const char *slash = strrchr(case_path, '/');
	char *name = strdup(slash ? slash + 1 : case_path), *path = NULL;
	char *suffix = name ? strrchr(name, '.') : NULL;

	if (suffix)
		*suffix = '\0';
	if (name && asprintf(&path, "%s/%s", folder, name) < 0)
		path = NULL;
	free(name);
	if (path && mkdir(path, 0755) == 0)
		return path;
	fprintf(stderr, "%s: %s\n", path ? path : case_path, strerror(errno));
	free(path);
	return NULL;
}

static bool unpack(const char *folder, const char *case_path)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -1;
	struct case_file file;

	if (!case_file_read(&file, case_path))
		return false;
	path = make_folder(folder, case_path);
	if (path)
		fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		case_file_unpack(&file, &(struct tree){ path, fd });
	case_file_done(&file);
	return fd >= 0;
}

static bool update(const char *case_path)
{
	_cleanup_free_ char *text = slurp("/dev/stdin");

	return text && case_file_update(case_path, text);
}

int main(int argc, char **argv)
{
	bool good = true;

	if (argc < 3) {
		fprintf(stderr, "usage: unpack-case FOLDER CASE...\n"
				"       unpack-case --update CASE <TEXT\n");
		return 2;
	}
	if (strcmp(argv[1], "--update") == 0)
		return !update(argv[2]);
	for (int i = 2; i < argc; i++)
		good &= unpack(argv[1], argv[i]);
	return !good;
}
