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
	int fd;	   /* the socket that it reports to */
	sd_event_source *io;
	sd_event_source *child;
	char device[ACT_NAME_MAX]; /* of its plan */
	bool garbled; /* it sent what is no frame: nothing more is read */
	bool has_result;
	struct act_result result;
};

void worker_free(struct worker *worker)
{
	if (worker->pid > 0)
		kill(worker->pid, SIGKILL);
	sd_event_source_disable_unref(worker->io);
	sd_event_source_disable_unref(worker->child);
	if (worker->fd >= 0)
		close(worker->fd);
	free(worker);
}

void worker_cancel(struct worker *worker)
{
	if (worker->pid > 0)
		kill(worker->pid, SIGTERM);
}

void worker_preempt(struct worker *worker)
{
	if (worker->pid > 0)
		kill(worker->pid, ACT_PREEMPT_SIGNAL);
}

static void worker_take_frame(struct worker *worker, struct frame *frame)
{
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

/* Takes all that is there: 1: more may come, 0: the end or nonsense. */
static int worker_read(struct worker *worker)
{
	struct frame frame;
	int r;

	while ((r = frame_receive(worker->fd, &frame)) > 0)
		worker_take_frame(worker, &frame);
	worker->garbled |= r == -EBADMSG;
	return r == -EAGAIN;
}

static int worker_on_io(sd_event_source *source, int fd _unused_,
			uint32_t revents _unused_, void *userdata)
{
	if (worker_read(userdata) == 0)
		sd_event_source_set_enabled(source, SD_EVENT_OFF);
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

static int worker_on_exit(sd_event_source *source _unused_, const siginfo_t *si,
			  void *userdata)
{
	struct worker *worker = userdata;

	worker->pid = 0;
	worker_read(worker);
	if (!worker->has_result || worker->garbled)
		worker_set_lost(worker, si);
	/* The worker may be gone after this. */
	worker->events.ended(&worker->result, worker->events.userdata);
	return 0;
}

static int worker_fork(struct worker *worker, int root_fd,
		       const struct job_order *order)
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
		job_run(root_fd, fds[1], order);
	close(fds[1]);
	worker->pid = pid;
	worker->fd = fds[0];
	/* Only this end: a report of the job's waits for a busy daemon rather
	 * than being lost. */
	return fcntl(worker->fd, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

int worker_start(sd_event *event, int root_fd, const struct job_order *order,
		 const struct worker_events *events, struct worker **ret)
{
	_cleanup_worker_ struct worker *worker = NULL;
	int r;

	worker = calloc(1, sizeof(*worker));
	if (!worker)
		return -ENOMEM;
	worker->fd = -1;
	worker->events = *events;
	ACT_FAILURE_SET(worker->device, order->plan->device);
	r = worker_fork(worker, root_fd, order);
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
