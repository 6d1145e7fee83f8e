// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/act/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "basic/cleanup.h"
#include "basic/names.h"

static const char run_dir[] = RUN_DIR;
static const char lock_file[] = RUN_DIR "/act-lock";

int act_lock(int root_fd, bool wait)
{
	_cleanup_close_ int fd = -1;

	if (mkdirat(root_fd, &run_dir[1], 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(root_fd, &lock_file[1],
		    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	while (flock(fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB) < 0)
		if (errno != EINTR)
			return -errno;
	return TAKE_FD(fd);
}
