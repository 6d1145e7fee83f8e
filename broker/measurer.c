// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/measurer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/close-others.h"
#include "broker/lease/cost.h"
#include "facts/page-sample.h"

/* Of each range: a gigabyte that is used by an eighth shows nearly always. */
#define SAMPLES 64

struct measurer {
	pid_t pid; /* 0: it is gone */
	int fd;	   /* its results are read from this */
	uint64_t *costs;
	size_t n, n_bytes; /* room, and what has come */
	sd_event_source *io, *child, *deadline;
	measurer_fn done;
	void *userdata;
};

void measurer_free(struct measurer *measurer)
{
	if (!measurer)
		return;
	if (measurer->pid > 0) {
		kill(measurer->pid, SIGKILL);
		waitpid(measurer->pid, NULL, 0);
	}
	sd_event_source_disable_unref(measurer->io);
	sd_event_source_disable_unref(measurer->child);
	sd_event_source_disable_unref(measurer->deadline);
	if (measurer->fd >= 0)
		close(measurer->fd);
	free(measurer->costs);
	free(measurer);
}

/* In the process: a number for each range, as long as it can be read. */
static void measure(int root_fd, const struct phys_range *ranges, size_t n,
		    int out)
{
	_cleanup_close_ int fd = page_sample_open(root_fd);
	unsigned int counts[FACTS_PAGE_KINDS];

	for (size_t i = 0; i < n; i++) {
		uint64_t cost;

		if (page_sample_count(fd, ranges[i], SAMPLES, counts) < 0)
			return;
		cost = lease_cost_of(counts);
		if (write(out, &cost, sizeof(cost)) != sizeof(cost))
			return;
	}
}

static int start_process(struct measurer *measurer, int root_fd,
			 const struct phys_range *ranges, size_t n)
{
	_cleanup_close_ int in = -1;
	const pid_t parent = getpid();
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	measurer->fd = fds[0];
	in = fds[1];
	/* This end alone: the process may wait. */
	if (fcntl(fds[0], F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	measurer->pid = fork();
	if (measurer->pid < 0)
		return -errno;
	if (measurer->pid > 0)
		return 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	close_others(root_fd, in);
	prctl(PR_SET_NAME, "daxbroker-cost");
	measure(root_fd, ranges, n, in);
	_exit(EXIT_SUCCESS);
}

/* 1: more may come, 0: no. */
static int take(struct measurer *measurer)
{
	const size_t room = measurer->n * sizeof(*measurer->costs);
	ssize_t size = 1;

	while (size > 0 && measurer->n_bytes < room) {
		size = read(measurer->fd,
			    (char *)measurer->costs + measurer->n_bytes,
			    room - measurer->n_bytes);
		if (size > 0)
			measurer->n_bytes += (size_t)size;
		else if (size < 0 && errno == EINTR)
			size = 1;
	}
	return size < 0 && errno == EAGAIN;
}

static int on_io(sd_event_source *source, int fd _unused_,
		 uint32_t events _unused_, void *userdata)
{
	if (!take(userdata))
		sd_event_source_set_enabled(source, SD_EVENT_OFF);
	return 0;
}

static int on_exit_of(sd_event_source *source _unused_,
		      const siginfo_t *info _unused_, void *userdata)
{
	struct measurer *measurer = userdata;

	measurer->pid = 0;
	take(measurer);
	measurer->done(measurer->costs,
		       measurer->n_bytes / sizeof(*measurer->costs),
		       measurer->userdata);
	return 0;
}

static int on_deadline(sd_event_source *source _unused_, uint64_t usec _unused_,
		       void *userdata)
{
	const struct measurer *measurer = userdata;

	if (measurer->pid > 0)
		kill(measurer->pid, SIGKILL);
	return 0;
}

static int watch(struct measurer *measurer, sd_event *event)
{
	int r;

	r = sd_event_add_io(event, &measurer->io, measurer->fd, EPOLLIN, on_io,
			    measurer);
	if (r >= 0)
		r = sd_event_add_child(event, &measurer->child, measurer->pid,
				       WEXITED, on_exit_of, measurer);
	if (r >= 0)
		r = sd_event_add_time_relative(event, &measurer->deadline,
					       CLOCK_MONOTONIC, MEASURER_USEC,
					       0, on_deadline, measurer);
	return r;
}

int measurer_start(sd_event *event, int root_fd,
		   const struct phys_range *ranges, size_t n, measurer_fn done,
		   void *userdata, struct measurer **ret)
{
	struct measurer *measurer = calloc(1, sizeof(*measurer));
	int r;

	if (!measurer)
		return -ENOMEM;
	*measurer = (struct measurer){
		.fd = -1,
		.costs = calloc(n + 1, sizeof(uint64_t)),
		.n = n,
		.done = done,
		.userdata = userdata,
	};
	r = measurer->costs ? start_process(measurer, root_fd, ranges, n)
			    : -ENOMEM;
	if (r >= 0)
		r = watch(measurer, event);
	if (r < 0) {
		measurer_free(measurer);
		return r;
	}
	*ret = measurer;
	return 0;
}
