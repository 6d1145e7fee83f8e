/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_WRITE_H
#define ACT_WRITE_H

#include "basic/cleanup.h"

/*
 * Writes @text in one write(2) to the attribute whose path, relative to
 * @root_fd, is formatted; no link leads out of that root. Returns 0 or the
 * negative errno of open(2) or of the attribute's store. May block for as long
 * as the kernel works on it.
 */
int act_write(int root_fd, const char *text, const char *path_format, ...)
	_printf_(3, 4);

#endif
