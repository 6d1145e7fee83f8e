// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/event-loop.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "basic/clock.h"

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

static int start_worker(void *outside, const struct job_order *order,
			const struct worker_events *events, struct worker **ret)
{
	const struct event_loop *loop = outside;

	return worker_start(loop->event, loop->root_fd, order, events, ret);
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
		.worker_start = start_worker,
		.worker_cancel = worker_cancel,
		.worker_preempt = worker_preempt,
		.worker_free = worker_free,
		.survey = take_survey,
		.outside = loop,
	};
}
