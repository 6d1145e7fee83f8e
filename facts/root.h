/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_ROOT_H
#define FACTS_ROOT_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Typed reads of small files below a root descriptor: the only way in which
 * this project reads sysfs and procfs. Paths are relative ("sys/bus/dax/...").
 * Symbolic links never lead out of the root, absolute ones start at it: a
 * recorded tree does not show the running machine's files.
 * All return 0, or a negative errno with the output untouched; -EINVAL or
 * -ERANGE where the contents are not of the form asked for. A read is limited
 * to 64 KiB; what is longer is -EFBIG. Text is UTF-8: other bytes are '?'. None
 * of them logs.
 */

/* The first line without its newline, to be freed. */
int root_read_line(int root_fd, const char *path, char **ret);

/* The same for an attribute that is shorter than @size, in @buf: with one read,
 * as sysfs allows, for those of which there are many. Else it is -EFBIG. */
int root_read_word(int root_fd, const char *path, char *buf, size_t size);

/* The whole file, to be freed; a NUL byte in it is -EINVAL. */
int root_read_text(int root_fd, const char *path, char **ret);

/* Decimal or 0x-hexadecimal. */
int root_read_u64(int root_fd, const char *path, uint64_t *ret);

/* Signed decimal. */
int root_read_int(int root_fd, const char *path, int *ret);

/* The link's target as it is written, to be freed. */
int root_read_link(int root_fd, const char *path, char **ret);

/* The last component of the link's target, to be freed. */
int root_read_link_name(int root_fd, const char *path, char **ret);

/* A descriptor for reading (@flags: O_PATH, O_DIRECTORY, O_NOFOLLOW or 0), or
 * a negative errno. Opening never blocks and never takes a terminal. */
int root_open(int root_fd, const char *path, int flags);

/* The same as a stream for reading; @flags are 0. Returns 0 or a negative
 * errno. */
int root_open_stream(int root_fd, const char *path, FILE **ret);

int root_open_dir(int root_fd, const char *path, DIR **ret);

/* True when @path can be reached, whatever it is. */
bool root_exists(int root_fd, const char *path);

#endif
