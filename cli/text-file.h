/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_TEXT_FILE_H
#define CLI_TEXT_FILE_H

#include <stddef.h>

/* Reads a file that the command line names, standard input for "-". Returns 0
 * and *ret, to be freed and ended by a NUL; or a negative errno. */
int text_file_read(const char *name, char **ret, size_t *ret_size);

/* How messages call it. */
const char *text_file_name(const char *name);

#endif
