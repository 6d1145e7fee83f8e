// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct broker_timer {
	struct broker_timer *next;
	struct fake *fake;
	uint64_t at; /* 0: it is off */
	broker_timer_fn expired;
	void *userdata;
};

void fake_init(struct fake *fake)
{
	*fake = (struct fake){ .now = UINT64_C(1000000000) };
}

static uint64_t now(void *outside)
{
	return ((const struct fake *)outside)->now;
}

static int timer_new(void *outside, broker_timer_fn expired, void *userdata,
		     struct broker_timer **ret)
{
	struct fake *fake = outside;
	struct broker_timer *timer = calloc(1, sizeof(*timer));

	assert_non_null(timer);
	*timer = (struct broker_timer){
		.next = fake->timers,
		.fake = fake,
		.expired = expired,
		.userdata = userdata,
	};
	*ret = fake->timers = timer;
	return 0;
}

static int timer_set(struct broker_timer *timer, uint64_t at)
{
	timer->at = at;
	return 0;
}

static void timer_free(struct broker_timer *timer)
{
	struct broker_timer **at;

	if (!timer)
		return;
	for (at = &timer->fake->timers; *at != timer;)
		at = &(*at)->next;
	*at = timer->next;
	free(timer);
}

struct broker_watch {
	struct broker_watch *next;
	struct fake *fake;
	int fd;
	broker_watch_fn hung_up;
	void *userdata;
};

static int watch_new(void *outside, int fd, broker_watch_fn hung_up,
		     void *userdata, struct broker_watch **ret)
{
	struct fake *fake = outside;
	struct broker_watch *watch = calloc(1, sizeof(*watch));

	assert_non_null(watch);
	*watch = (struct broker_watch){
		.next = fake->watches,
		.fake = fake,
		.fd = fd,
		.hung_up = hung_up,
		.userdata = userdata,
	};
	*ret = fake->watches = watch;
	return 0;
}

static void watch_free(struct broker_watch *watch)
{
	struct broker_watch **at;

	if (!watch)
		return;
	for (at = &watch->fake->watches; *at != watch;)
		at = &(*at)->next;
	*at = watch->next;
	free(watch);
}

/* The first one only: what it does may end any other. */
static bool poll_one(struct fake *fake)
{
	for (struct broker_watch *w = fake->watches; w; w = w->next) {
		struct pollfd pollfd = { .fd = w->fd };

		if (poll(&pollfd, 1, 0) > 0 && pollfd.revents & POLLHUP) {
			w->hung_up(w->userdata);
			return true;
		}
	}
	return false;
}

void fake_poll(struct fake *fake)
{
	while (poll_one(fake))
		;
}

struct measurer {
	struct fake *fake;
	measurer_fn done;
	void *userdata;
};

static int measure_start(void *outside,
			 const struct phys_range *ranges _unused_,
			 size_t n _unused_, measurer_fn done, void *userdata,
			 struct measurer **ret)
{
	struct fake *fake = outside;
	struct measurer *measurer;

	if (!fake->measures)
		return -EAGAIN;
	measurer = calloc(1, sizeof(*measurer));
	assert_non_null(measurer);
	assert_null(fake->measurer);
	*measurer = (struct measurer){ fake, done, userdata };
	*ret = fake->measurer = measurer;
	return 0;
}

static void measure_free(struct measurer *measurer)
{
	if (!measurer)
		return;
	measurer->fake->measurer = NULL;
	free(measurer);
}

void fake_measured(struct fake *fake, const uint64_t *costs, size_t n)
{
	assert_non_null(fake->measurer);
	fake->measurer->done(costs, n, fake->measurer->userdata);
}

struct fake_path *fake_path(struct fake *fake, uint64_t id)
{
	for (size_t i = 0; i < FAKE_PATHS_MAX; i++)
		if (id && fake->paths[i].id == id)
			return &fake->paths[i];
	return NULL;
}

static int path_make(void *outside, uint64_t id, uid_t uid,
		     unsigned int major _unused_, unsigned int minor)
{
	struct fake *fake = outside;
	struct fake_path *path = fake_path(fake, id);
	int fd;

	if (fake->path_error)
		return fake->path_error;
	for (size_t i = 0; !path && i < FAKE_PATHS_MAX; i++)
		if (!fake->paths[i].id)
			path = &fake->paths[i];
	assert_non_null(path);
	*path = (struct fake_path){ id, uid, minor };
	fd = open("/dev/null", O_PATH | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static int path_take(void *outside, uint64_t id)
{
	struct fake *fake = outside;
	struct fake_path *path = fake_path(fake, id);

	if (fake->path_error)
		return fake->path_error;
	if (path)
		path->id = 0;
	return 0;
}

static int device_open(void *outside, const char *name _unused_,
		       unsigned int major _unused_, unsigned int minor _unused_)
{
	const struct fake *fake = outside;
	int fd = fake->open_error ?: open("/dev/null", O_RDWR | O_CLOEXEC);

	assert_true(fake->open_error || fd >= 0);
	return fd;
}

static int start(void *outside, const struct job_order *orders, size_t n,
		 const struct worker_events *events, struct worker **ret)
{
	struct fake *fake = outside;
	struct worker *worker, **at = &fake->workers;

	if (fake->start_error)
		return fake->start_error;
	worker = calloc(1, sizeof(*worker));
	assert_non_null(worker);
	worker->fake = fake;
	worker->events = *events;
	worker->order = orders[0];
	worker->n_orders = n;
	fake->n_started++;
	while (*at)
		at = &(*at)->next;
	*ret = *at = worker;
	return 0;
}

static int next(struct worker *worker, const struct job_order *order)
{
	if (worker->dead || worker->cancelled)
		return -ESRCH;
	worker->order = *order;
	worker->preempted = false;
	return 0;
}

static void cancel(struct worker *worker)
{
	worker->cancelled = true;
}

static void preempt(struct worker *worker)
{
	worker->preempted = true;
}

static void release(struct worker *worker)
{
	struct worker **at = &worker->fake->workers;

	while (*at != worker)
		at = &(*at)->next;
	*at = worker->next;
	free(worker);
}

struct broker_interface fake_interface(struct fake *fake)
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
		.measure_free = measure_free,
		.worker_start = start,
		.worker_next = next,
		.worker_cancel = cancel,
		.worker_preempt = preempt,
		.worker_free = release,
		.outside = fake,
	};
}

static struct broker_timer *next_due(const struct fake *fake, uint64_t end)
{
	struct broker_timer *due = NULL;

	for (struct broker_timer *t = fake->timers; t; t = t->next)
		if (t->at && t->at <= end && (!due || t->at < due->at))
			due = t;
	return due;
}

void fake_advance(struct fake *fake, uint64_t usec)
{
	const uint64_t end = fake->now + usec;
	struct broker_timer *due;

	while ((due = next_due(fake, end))) {
		if (due->at > fake->now)
			fake->now = due->at;
		due->at = 0;
		due->expired(due->userdata);
	}
	fake->now = end;
}

size_t fake_running(const struct fake *fake)
{
	size_t n = 0;

	for (const struct worker *w = fake->workers; w; w = w->next)
		n++;
	return n;
}

struct worker *fake_worker(const struct fake *fake, const char *device)
{
	for (struct worker *w = fake->workers; w; w = w->next)
		if (strcmp(w->order.plan->device, device) == 0)
			return w;
	fail_msg("no job of %s runs", device);
	return NULL;
}

void fake_progress(struct fake *fake, const char *device, size_t step,
		   enum act_phase phase)
{
	const struct worker *worker = fake_worker(fake, device);

	worker->events.progress(step, phase, worker->events.userdata);
}

void fake_end(struct fake *fake, const char *device,
	      const struct act_result *result)
{
	const struct worker *worker = fake_worker(fake, device);

	worker->events.ended(result, worker->events.userdata);
}

void fake_die(struct fake *fake, const char *device)
{
	const struct act_result result = {
		.outcome = ACT_LOST,
		.failure = { .cause = ACT_CAUSE_WORKER_KILLED,
			     .value = "KILL" },
	};

	fake_worker(fake, device)->dead = true;
	fake_end(fake, device, &result);
}
