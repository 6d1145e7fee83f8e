/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_FACTS_TREE_H
#define TESTS_FACTS_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "basic/cleanup.h"

/*
 * A root folder of a test, made in a temporary folder and removed with it.
 * Paths are relative to it; the folders that they need are made. What fails
 * aborts.
 */
struct tree {
	char path[96];
	int fd;
};

void tree_open(struct tree *tree);
void tree_close(struct tree *tree);
#define _cleanup_tree_ _cleanup_(tree_close)

/* Replaces what was there. */
void tree_write(const struct tree *tree, const char *path, const char *text);
void tree_write_bytes(const struct tree *tree, const char *path,
		      const void *bytes, size_t n);
void tree_link(const struct tree *tree, const char *path, const char *target);
void tree_mkdir(const struct tree *tree, const char *path);

/* An hmem region with one device daxX.Y of @mib MiB at @start. */
void tree_add_hmem(const struct tree *tree, unsigned int x, unsigned int y,
		   unsigned long long start, unsigned int mib);

/* memoryN on @node. */
void tree_add_block(const struct tree *tree, unsigned int id, unsigned int node,
		    const char *state, const char *zones);

/* What every machine has: block size 128 MiB, node 0 and node 1. */
void tree_add_system(const struct tree *tree);

#endif
