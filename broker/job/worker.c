// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/job/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/job/frame.h"

struct worker {
	struct worker_events events;
	pid_t pid; /* 0: it is gone */
	int fd;	   /* the socket that it reports to; negative: closed */
	sd_event_source *io;
	sd_event_source *child;
	bool at_work; /* it has an order whose end was not reported */
	bool doomed;  /* it was asked to die */
	bool garbled; /* it sent what is no frame, or is not to be sent */
	bool has_result;
	char device[ACT_NAME_MAX]; /* of the order at hand */
	struct act_result result;
};

/* Nobody wants to know of its end any more, but it is to be reaped. This gives
 * up the last reference. */
static int on_exit_alone(sd_event_source *source)
{
	return sd_event_source_set_floating(source, false);
}

/* It ends when it finds the socket closed. */
static void worker_let_go(struct worker *worker)
{
	sd_event_source_set_userdata(worker->child, NULL);
	sd_event_source_set_floating(worker->child, true);
	sd_event_source_unref(worker->child);
}

static void worker_hang_up(struct worker *worker)
{
	worker->io = sd_event_source_disable_unref(worker->io);
	if (worker->fd >= 0)
		close(TAKE_FD(worker->fd));
}

void worker_free(struct worker *worker)
{
	if (worker->pid > 0 && worker->at_work)
		kill(worker->pid, SIGKILL);
	worker_hang_up(worker);
	if (worker->pid > 0 && worker->child)
		worker_let_go(worker);
	else
		sd_event_source_disable_unref(worker->child);
	free(worker);
}

void worker_cancel(struct worker *worker)
{
	worker->doomed = true;
	if (worker->pid > 0)
		kill(worker->pid, SIGTERM);
}

void worker_preempt(struct worker *worker)
{
	if (worker->pid > 0)
		kill(worker->pid, ACT_PREEMPT_SIGNAL);
}

/* What ended a job may be the last that is heard of the worker. */
static void worker_report_end(struct worker *worker)
{
	worker->at_work = worker->has_result = false;
	worker->events.ended(&worker->result, worker->events.userdata);
}

static void worker_take_frame(struct worker *worker, struct frame *frame)
{
	if (!worker->at_work || worker->has_result) {
		worker->garbled = true;
		return;
	}
	if (frame->type == FRAME_PROGRESS) {
		if (worker->events.progress)
			worker->events.progress(frame->result.step,
						frame->phase,
						worker->events.userdata);
		return;
	}
	worker->result = frame->result;
	worker->has_result = true;
}

/* Takes all that is there, up to the end or nonsense: then nothing more is
 * read, and the process finds nobody to go on for. */
static void worker_read(struct worker *worker)
{
	struct frame frame;
	int r = -EAGAIN;

	while (!worker->garbled && (r = frame_receive(worker->fd, &frame)) > 0)
		worker_take_frame(worker, &frame);
	worker->garbled |= r == -EBADMSG;
	if (worker->garbled || r != -EAGAIN)
		worker_hang_up(worker);
}

static int worker_on_io(sd_event_source *source _unused_, int fd _unused_,
			uint32_t revents _unused_, void *userdata)
{
	struct worker *worker = userdata;

	worker_read(worker);
	if (worker->has_result && !worker->garbled)
		worker_report_end(worker);
	return 0;
}

/* It died, or what it sent cannot be trusted. */
static void worker_set_lost(struct worker *worker, const siginfo_t *si)
{
	struct act_failure failure = { 0 };
	bool exited = si->si_code == CLD_EXITED;

	failure.cause = worker->garbled ? ACT_CAUSE_WORKER_GARBLED
			: exited	? ACT_CAUSE_WORKER_EXITED
					: ACT_CAUSE_WORKER_KILLED;
	if (exited)
		snprintf(failure.value, sizeof(failure.value), "%d",
			 si->si_status);
	else
		ACT_FAILURE_SET(failure.value, sigabbrev_np(si->si_status));
	worker->result = (struct act_result){
		.outcome = ACT_LOST,
		.failure = failure,
	};
	memcpy(worker->result.device, worker->device, sizeof(worker->device));
}

static int worker_on_exit(sd_event_source *source, const siginfo_t *si,
			  void *userdata)
{
	struct worker *worker = userdata;

	if (!worker)
		return on_exit_alone(source);
	worker->pid = 0;
	if (worker->fd >= 0)
		worker_read(worker);
	if (!worker->at_work)
		return 0;
	if (!worker->has_result || worker->garbled)
		worker_set_lost(worker, si);
	/* The worker may be gone after this. */
	worker_report_end(worker);
	return 0;
}

static int worker_fork(struct worker *worker, int root_fd,
		       const struct job_order *orders, size_t n)
{
	int fds[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	pid = fork();
	if (pid < 0) {
		int r = -errno;

		close(fds[0]);
		close(fds[1]);
		return r;
	}
	if (pid == 0)
		job_run(root_fd, fds[1], orders, n);
	close(fds[1]);
	worker->pid = pid;
	worker->fd = fds[0];
	/* Only this end: a report of the job's waits for a busy daemon rather
	 * than being lost. */
	return fcntl(worker->fd, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

static void worker_note_order(struct worker *worker,
			      const struct job_order *order)
{
	worker->at_work = true;
	ACT_FAILURE_SET(worker->device, order->plan->device);
}

int worker_start(sd_event *event, int root_fd, const struct job_order *orders,
		 size_t n, const struct worker_events *events,
		 struct worker **ret)
{
	_cleanup_worker_ struct worker *worker = NULL;
	int r;

	worker = calloc(1, sizeof(*worker));
	if (!worker)
		return -ENOMEM;
	worker->fd = -1;
	worker->events = *events;
	worker_note_order(worker, &orders[0]);
	r = worker_fork(worker, root_fd, orders, n);
	if (r < 0)
		return r;
	r = sd_event_add_io(event, &worker->io, worker->fd, EPOLLIN,
			    worker_on_io, worker);
	if (r < 0)
		return r;
	r = sd_event_add_child(event, &worker->child, worker->pid, WEXITED,
			       worker_on_exit, worker);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(worker);
	return 0;
}

int worker_next(struct worker *worker, const struct job_order *order)
{
	const struct frame_next next = { order->number, order->waited };
	int r;

	if (worker->pid == 0 || worker->fd < 0 || worker->doomed)
		return -ESRCH;
	r = frame_send_next(worker->fd, &next);
	if (r == 0)
		worker_note_order(worker, order);
	return r;
}
