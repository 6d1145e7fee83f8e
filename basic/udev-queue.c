// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/udev-queue.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "basic/cleanup.h"

#define UDEV_RUN_DIR "/run/udev"
#define UDEV_QUEUE UDEV_RUN_DIR "/queue"

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

int udev_queue_wait(sd_event *event, udev_queue_fn empty, void *userdata,
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
