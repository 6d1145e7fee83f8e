/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_POLICY_TREE_H
#define TESTS_POLICY_TREE_H

#include <stddef.h>
#include <sys/types.h>

/* A temporary folder that stands for a root. All functions end the test
 * when something goes wrong. */
struct tree {
	char *path;
	int fd;
};

void tree_make(struct tree *tree);
void tree_remove(struct tree *tree);

/* Makes @path with its folders (0755 each); @mode counts, not the umask. */
void tree_write(const struct tree *tree, const char *path, const char *text,
		size_t size, mode_t mode);
void tree_text(const struct tree *tree, const char *path, const char *text);
void tree_folder(const struct tree *tree, const char *path, mode_t mode);
void tree_link(const struct tree *tree, const char *path, const char *target);

/* A whole file with a NUL behind it, to be freed; NULL when there is none. */
char *slurp(const char *path);

#endif
