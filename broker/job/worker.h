/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_JOB_WORKER_H
#define BROKER_JOB_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-event.h>

#include "act/run.h"
#include "basic/cleanup.h"
#include "broker/job/job.h"

/*
 * A process that carries out orders, one after the other, as the kernel may
 * block a write for minutes. It reports over a socket. The job at hand has
 * ended when its result is there, or the process is gone.
 */
struct worker;

struct worker_events {
	/* May be NULL. */
	void (*progress)(size_t step, enum act_phase phase, void *userdata);
	/* Called once for each order, from the event loop; the worker may be
	 * freed in it, or get the next order. Of a process that died without a
	 * result the outcome is ACT_LOST, and the failure's cause says how.
	 * @result is borrowed. */
	void (*ended)(const struct act_result *result, void *userdata);
	void *userdata;
};

/* Forks, and begins with the first of the @n orders; SIGCHLD must be blocked.
 * They need to live only until this returns. Returns 0 and *ret, to be freed
 * with worker_free(); or a negative errno. */
int worker_start(sd_event *event, int root_fd, const struct job_order *orders,
		 size_t n, const struct worker_events *events,
		 struct worker **ret);

/* One of the other orders, after ended(). 0; negative errno: the process is
 * gone, or is about to be, and the order is one for another. */
int worker_next(struct worker *worker, const struct job_order *order);

/* Asks the process to die: the kernel gives up an offline on a fatal signal.
 * ended() is called all the same. */
void worker_cancel(struct worker *worker);

/* Asks the process to make way where it only waits for users of a device. */
void worker_preempt(struct worker *worker);

/* A process that is still there is not waited for; it is killed if it has a job
 * at hand. */
void worker_free(struct worker *worker);
DEFINE_CLEANUP(struct worker *, worker_free)
#define _cleanup_worker_ _cleanup_(cleanup_worker_free)

#endif
