// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/shape-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>

#include "basic/cleanup.h"
#include "basic/clock.h"
#include "basic/run-dir.h"

#define FILE_NAME "shapes.lock"

/* Nobody has it for longer but who has been stopped, or hangs in the kernel. */
#define WAIT_MSEC 10000
#define PAUSE_MSEC 5

int shape_lock_take(int root_fd, bool writer)
{
	_cleanup_close_ int fd = run_dir_open_file(
		root_fd, FILE_NAME, writer ? O_RDWR | O_CREAT : O_RDONLY);
	const struct timespec pause = { .tv_nsec = PAUSE_MSEC * 1000000 };
	const uint64_t end = clock_msec() + WAIT_MSEC;

	if (fd < 0)
		return fd;
	while (flock(fd, (writer ? LOCK_EX : LOCK_SH) | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		if (clock_msec() >= end)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	return TAKE_FD(fd);
}
