/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_OPEN_BELOW_H
#define BASIC_OPEN_BELOW_H

#include <stdbool.h>

/*
 * Opens @path, relative to @root_fd, as if that were the root directory: no
 * link and no ".." leads out of it (openat2(2), RESOLVE_IN_ROOT; magic links
 * of procfs are not followed). O_CLOEXEC is always set. Returns a descriptor or
 * a negative errno.
 *
 * Where a seccomp filter hides openat2(2) (ENOSYS; systemd's RestrictSUIDSGID=,
 * which systemd-udevd has, does so) the running system's own root is opened by
 * plain openat(2), which is the same there; any other root stays -ENOSYS.
 */
int open_below(int root_fd, const char *path, int flags);

/* @root_fd is the root directory of this process: what is below it is the
 * machine that runs. */
bool open_below_is_system(int root_fd);

#endif
