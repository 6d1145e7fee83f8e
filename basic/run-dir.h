/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_RUN_DIR_H
#define BASIC_RUN_DIR_H

/*
 * RUN_DIR (basic/names.h) below a root: the journal, the locks, and notes that
 * have to survive a crash. No link leads out of the root.
 */

/* Opens the directory, made where it is missing. Returns a descriptor or a
 * negative errno. */
int run_dir_open(int root_fd);

/*
 * Opens the file @name in it with @flags of open(2); O_NOFOLLOW and O_CLOEXEC
 * are always set. With O_CREAT the directory is made, too, and a new file is
 * root's alone (0600). Returns a descriptor or a negative errno.
 */
int run_dir_open_file(int root_fd, const char *name, int flags);

/* Has the file @name hold @text, for everybody to read. At each moment it is
 * the old one or the new one, whole. Returns 0 or a negative errno. */
int run_dir_write(int root_fd, const char *name, const char *text);

/* Removes the file @name, if it is there. Returns 0 or a negative errno. */
int run_dir_remove(int root_fd, const char *name);

#endif
