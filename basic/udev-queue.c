// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/udev-queue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/clock.h"
#include "basic/open-below.h"

#define UDEV_RUN_DIR "/run/udev"
#define UDEV_CONTROL UDEV_RUN_DIR "/control"
#define UDEV_QUEUE UDEV_RUN_DIR "/queue"

#define WAIT_MSEC 2000
#define PAUSE_NS 10000000

static bool exists(int root_fd, const char *path)
{
	_cleanup_close_ int fd = open_below(root_fd, path, O_PATH);

	return fd >= 0;
}

void udev_queue_wait(int root_fd)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	const uint64_t end = clock_msec() + WAIT_MSEC;

	if (!exists(root_fd, UDEV_CONTROL))
		return;
	/* The first one gives udev time to notice that it has something to do.
	 */
	do
		nanosleep(&pause, NULL);
	while (exists(root_fd, UDEV_QUEUE) && clock_msec() < end);
}

struct udev_queue {
	udev_queue_fn empty;
	void *userdata;
};

static int udev_queue_on_inotify(sd_event_source *source,
				 const struct inotify_event *change _unused_,
				 void *userdata)
{
	struct udev_queue queue = *(struct udev_queue *)userdata;

	if (access(UDEV_QUEUE, F_OK) == 0)
		return 0;
	sd_event_source_set_enabled(source, SD_EVENT_OFF);
	queue.empty(queue.userdata);
	return 0;
}

int udev_queue_watch(sd_event *event, udev_queue_fn empty, void *userdata,
		     sd_event_source **ret)
{
	sd_event_source *source = NULL;
	struct udev_queue *queue;
	int r;

	queue = malloc(sizeof(*queue));
	if (!queue)
		return -ENOMEM;
	*queue = (struct udev_queue){ empty, userdata };
	r = sd_event_add_inotify(event, &source, UDEV_RUN_DIR,
				 IN_DELETE | IN_ONLYDIR, udev_queue_on_inotify,
				 queue);
	if (r < 0) {
		free(queue);
		return r == -ENOENT ? 0 : r;
	}
	sd_event_source_set_destroy_callback(source, free);
	/* Asked after the watch is set: no removal is missed. */
	if (access(UDEV_QUEUE, F_OK) < 0) {
		sd_event_source_disable_unref(source);
		return 0;
	}
	*ret = source;
	return 1;
}
