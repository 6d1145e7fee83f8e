// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/event-loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "basic/clock.h"
#include "basic/open-below.h"
#include "basic/text.h"
#include "broker/lease/path.h"

/* How much later than asked for a timer may expire, us. */
#define ACCURACY_USEC 1000

struct broker_timer {
	sd_event_source *source;
	broker_timer_fn expired;
	void *userdata;
};

static uint64_t now(void *outside _unused_)
{
	return clock_usec();
}

static int on_time(sd_event_source *source _unused_, uint64_t usec _unused_,
		   void *userdata)
{
	const struct broker_timer *timer = userdata;

	timer->expired(timer->userdata);
	return 0;
}

static void timer_free(struct broker_timer *timer)
{
	if (!timer)
		return;
	sd_event_source_disable_unref(timer->source);
	free(timer);
}

static int timer_set(struct broker_timer *timer, uint64_t at)
{
	int r;

	if (at == 0)
		return sd_event_source_set_enabled(timer->source, SD_EVENT_OFF);
	r = sd_event_source_set_time(timer->source, at);
	return r < 0 ? r
		     : sd_event_source_set_enabled(timer->source,
						   SD_EVENT_ONESHOT);
}

static int timer_new(void *outside, broker_timer_fn expired, void *userdata,
		     struct broker_timer **ret)
{
	const struct event_loop *loop = outside;
	struct broker_timer *timer = calloc(1, sizeof(*timer));
	int r;

	if (!timer)
		return -ENOMEM;
	timer->expired = expired;
	timer->userdata = userdata;
	r = sd_event_add_time(loop->event, &timer->source, CLOCK_MONOTONIC, 0,
			      ACCURACY_USEC, on_time, timer);
	if (r >= 0)
		r = timer_set(timer, 0);
	if (r < 0) {
		timer_free(timer);
		return r;
	}
	*ret = timer;
	return 0;
}

struct broker_watch {
	sd_event_source *source;
	broker_watch_fn hung_up;
	void *userdata;
};

static int on_hang_up(sd_event_source *source _unused_, int fd _unused_,
		      uint32_t events _unused_, void *userdata)
{
	const struct broker_watch *watch = userdata;

	watch->hung_up(watch->userdata);
	return 0;
}

static void watch_free(struct broker_watch *watch)
{
	if (!watch)
		return;
	sd_event_source_disable_unref(watch->source);
	free(watch);
}

static int watch_new(void *outside, int fd, broker_watch_fn hung_up,
		     void *userdata, struct broker_watch **ret)
{
	const struct event_loop *loop = outside;
	struct broker_watch *watch = calloc(1, sizeof(*watch));
	int r;

	if (!watch)
		return -ENOMEM;
	watch->hung_up = hung_up;
	watch->userdata = userdata;
	/* EPOLLHUP is always reported. */
	r = sd_event_add_io(loop->event, &watch->source, fd, 0, on_hang_up,
			    watch);
	if (r < 0) {
		free(watch);
		return r;
	}
	*ret = watch;
	return 0;
}

static int device_open(void *outside, const char *name, unsigned int major,
		       unsigned int minor)
{
	const struct event_loop *loop = outside;
	_cleanup_free_ char *path = text_format("dev/%s", name);
	_cleanup_close_ int fd = -1;
	struct stat st;

	if (!path)
		return -ENOMEM;
	fd = open_below(loop->root_fd, path, O_RDWR | O_NOFOLLOW);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(major, minor))
		return -ENXIO;
	return TAKE_FD(fd);
}

static int path_make(void *outside, uint64_t id, uid_t uid, unsigned int major,
		     unsigned int minor)
{
	const struct event_loop *loop = outside;

	return lease_path_make(loop->root_fd, id, uid, major, minor);
}

static int path_take(void *outside, uint64_t id)
{
	const struct event_loop *loop = outside;

	return lease_path_take(loop->root_fd, id);
}

static int measure_start(void *outside, const struct phys_range *ranges,
			 size_t n, measurer_fn done, void *userdata,
			 struct measurer **ret)
{
	const struct event_loop *loop = outside;

	return measurer_start(loop->event, loop->root_fd, ranges, n, done,
			      userdata, ret);
}

static int start_worker(void *outside, const struct job_order *orders, size_t n,
			const struct worker_events *events, struct worker **ret)
{
	const struct event_loop *loop = outside;

	return worker_start(loop->event, loop->root_fd, orders, n, events, ret);
}

static int take_survey(void *outside, const struct policy_set *policies,
		       survey_flags_fn flags, void *userdata,
		       struct survey **ret)
{
	const struct event_loop *loop = outside;

	return survey_take_with(loop->root_fd, policies, flags, userdata, ret);
}

struct broker_interface event_loop_interface(struct event_loop *loop)
{
	return (struct broker_interface){
		.now = now,
		.timer_new = timer_new,
		.timer_set = timer_set,
		.timer_free = timer_free,
		.watch_new = watch_new,
		.watch_free = watch_free,
		.device_open = device_open,
		.path_make = path_make,
		.path_take = path_take,
		.measure_start = measure_start,
		.measure_free = measurer_free,
		.worker_start = start_worker,
		.worker_next = worker_next,
		.worker_cancel = worker_cancel,
		.worker_preempt = worker_preempt,
		.worker_free = worker_free,
		.survey = take_survey,
		.outside = loop,
	};
}
