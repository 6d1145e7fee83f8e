/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_POLICY_TEXT_H
#define CLI_POLICY_TEXT_H

#include <stddef.h>

/* The text of policy files, read to be shown and written for a person. */

/* The text of the file at @path below @root_fd, to be freed; NULL: it cannot be
 * read. What is beyond the limit no policy has. */
char *policy_text_read(int root_fd, const char *path);

/* Whether policy_text_write() may write the file: 0 or a negative errno. */
int policy_text_may_write(int root_fd, const char *path);

/*
 * Puts a file with @text at @path below @root_fd, with the directories that are
 * missing: as a whole or not at all, also when the machine is cut off. Returns
 * 0 or a negative errno.
 */
int policy_text_write(int root_fd, const char *path, const char *text);

#endif
