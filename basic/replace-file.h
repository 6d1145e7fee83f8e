/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_REPLACE_FILE_H
#define BASIC_REPLACE_FILE_H

/*
 * Has the file @name in the folder @dir_fd hold @text, for everybody to read
 * (0644). At each moment it is the old one or the new one, whole, also after a
 * crash of the machine. One writer at a time. Returns 0; or a negative errno
 * and the old one is as it was.
 */
int replace_file(int dir_fd, const char *name, const char *text);

#endif
