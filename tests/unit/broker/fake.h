/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_BROKER_FAKE_H
#define TESTS_BROKER_FAKE_H

#include "broker/interface.h"

#define FAKE_PATHS_MAX 8

/* The node of a lease; id 0: there is none. */
struct fake_path {
	uint64_t id;
	uid_t uid;
	unsigned int minor;
};

/* A clock, timers and workers that do nothing but what the test says. */
struct fake {
	uint64_t now; /* us */
	struct broker_timer *timers;
	struct worker *workers; /* those that run, the oldest first */
	size_t n_started;	/* since it was made */
	int start_error;	/* negative errno: no worker can be started */
	int open_error;		/* and no device can be opened */
	struct fake_path paths[FAKE_PATHS_MAX];
	int path_error; /* and none of them can be made or taken */
	struct broker_watch *watches;
	struct measurer *measurer; /* that is at work */
	bool measures;		   /* it ends when the test says so; else
				    * nothing can be measured */
};

struct worker {
	struct worker *next;
	struct fake *fake;
	struct worker_events events;
	struct job_order order;
	size_t n_orders;	   /* that it knows */
	bool cancelled, preempted; /* it was asked to */
	bool dead;
};

void fake_init(struct fake *fake);

/* NULL: there is none. */
struct fake_path *fake_path(struct fake *fake, uint64_t id);

/* What is measured has these costs, as far as they go. */
void fake_measured(struct fake *fake, const uint64_t *costs, size_t n);

/* What the event loop would find of descriptors that are watched. */
void fake_poll(struct fake *fake);

/* Without a survey. */
struct broker_interface fake_interface(struct fake *fake);

/* All timers that are due meanwhile expire, in their order. */
void fake_advance(struct fake *fake, uint64_t usec);

size_t fake_running(const struct fake *fake);

/* The worker that has a plan of this device; that there is none fails the
 * test. */
struct worker *fake_worker(const struct fake *fake, const char *device);

/* It is in this phase of a step. */
void fake_progress(struct fake *fake, const char *device, size_t step,
		   enum act_phase phase);

/* Its worker reports a result and is gone; or is killed without one. */
void fake_end(struct fake *fake, const char *device,
	      const struct act_result *result);
void fake_die(struct fake *fake, const char *device);

#endif
