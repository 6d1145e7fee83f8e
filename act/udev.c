// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/udev.h"

#include <stdbool.h>
#include <time.h>
#include <unistd.h>

#define UDEV_CONTROL "run/udev/control"
#define UDEV_QUEUE "run/udev/queue"

#define LOOKS 200
#define PAUSE_NS 10000000

static bool exists(int root_fd, const char *path)
{
	return faccessat(root_fd, path, F_OK, 0) == 0;
}

void udev_wait(int root_fd)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };

	if (!exists(root_fd, UDEV_CONTROL))
		return;
	/* The first pause gives it time to notice that it has something to do.
	 */
	for (int look = 0; look < LOOKS; look++) {
		nanosleep(&pause, NULL);
		if (!exists(root_fd, UDEV_QUEUE))
			return;
	}
}
