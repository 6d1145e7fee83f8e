/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_INTERFACE_H
#define BROKER_INTERFACE_H

#include <stdint.h>
#include <sys/types.h>

#include "broker/job/worker.h"
#include "broker/measurer.h"
#include "survey/survey.h"

/*
 * What the broker uses of the world: a clock, worker processes and the survey
 * of the machine. broker/event-loop.h has the real ones; tests have their own.
 */
struct broker_timer;
struct broker_watch;

typedef void (*broker_timer_fn)(void *userdata);
typedef void (*broker_watch_fn)(void *userdata);

struct broker_interface {
	/* Monotonic time in us, never 0. */
	uint64_t (*now)(void *outside);

	/* A timer that is off. Returns 0 and *ret, to be freed with
	 * timer_free(); or a negative errno. */
	int (*timer_new)(void *outside, broker_timer_fn expired, void *userdata,
			 struct broker_timer **ret);
	/* It expires once, at this time; 0: it is off. 0 or negative errno. */
	int (*timer_set)(struct broker_timer *timer, uint64_t at);
	/* NULL is allowed. */
	void (*timer_free)(struct broker_timer *timer);

	/* Calls @hung_up from the event loop as long as nobody has the other
	 * end of @fd, which is borrowed. Returns 0 and *ret, to be freed with
	 * watch_free(); or a negative errno. */
	int (*watch_new)(void *outside, int fd, broker_watch_fn hung_up,
			 void *userdata, struct broker_watch **ret);
	/* NULL is allowed. */
	void (*watch_free)(struct broker_watch *watch);

	/* Opens the character device of the dax device @name, read and write,
	 * if it has this number. A descriptor or a negative errno. */
	int (*device_open)(void *outside, const char *name, unsigned int major,
			   unsigned int minor);

	/* As in broker/lease/path.h. */
	int (*path_make)(void *outside, uint64_t id, uid_t uid,
			 unsigned int major, unsigned int minor);
	int (*path_take)(void *outside, uint64_t id);

	/* As in broker/measurer.h. */
	int (*measure_start)(void *outside, const struct phys_range *ranges,
			     size_t n, measurer_fn done, void *userdata,
			     struct measurer **ret);
	void (*measure_free)(struct measurer *measurer);

	/* As in broker/job/worker.h. */
	int (*worker_start)(void *outside, const struct job_order *orders,
			    size_t n, const struct worker_events *events,
			    struct worker **ret);
	int (*worker_next)(struct worker *worker,
			   const struct job_order *order);
	void (*worker_cancel)(struct worker *worker);
	void (*worker_preempt)(struct worker *worker);
	void (*worker_free)(struct worker *worker);

	/* As survey_take_with(). */
	int (*survey)(void *outside, const struct policy_set *policies,
		      survey_flags_fn flags, void *userdata,
		      struct survey **ret);

	void *outside; /* the first argument */
};

#endif
