/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SYNTAX_TRUSTED_H
#define POLICY_SYNTAX_TRUSTED_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Opens files and directories that only root, or one more user (0: none), can
 * change. Paths are relative to
 * @root_fd, and so are absolute symbolic links on the way: nothing outside of
 * the root is reached.
 *
 * What an admin has to correct is -EINVAL and a clause in *ret_fault, to be
 * freed, that continues a file's name ("is writable for its group ..."). Other
 * errors are the program's own (-ENOMEM, -EMFILE, -ENFILE).
 */

/* There is something, be it a link that leads nowhere. */
bool trusted_exists(int root_fd, const char *path);

/* Returns a descriptor, or -ENOENT when there is no such directory. */
int trusted_open_directory(int root_fd, const char *path,
			   unsigned int trusted_uid, char **ret_fault);

/*
 * Reads a file of up to @limit bytes; *ret_text is to be freed and is not
 * ended by a NUL. Returns 1; or 0 when the file is there only to mask others
 * (it is empty or a link to /dev/null), or not there (any more).
 */
int trusted_read(int root_fd, const char *path, unsigned int trusted_uid,
		 size_t limit, char **ret_text, size_t *ret_size,
		 char **ret_fault);

#endif
