// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/job.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "daemon/act/act.h"
#include "daemon/act/announce.h"
#include "daemon/frame.h"

static void close_others(int a, int b)
{
	int low = a < b ? a : b, high = a < b ? b : a;

	if (low > STDERR_FILENO + 1)
		close_range(STDERR_FILENO + 1, low - 1, 0);
	if (high > low + 1)
		close_range(low + 1, high - 1, 0);
	close_range(high + 1, ~0U, 0);
}

/* The daemon takes its signals through descriptors and has them blocked; here
 * a SIGTERM must be fatal again, or the kernel would not give up an offline. */
static void reset_signals(void)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	/* A daemon that is gone shall not end a job half-way. */
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void send_frame(int pipe_fd, const struct frame *frame)
{
	uint8_t buf[FRAME_MAX];
	size_t size = frame_encode(frame, buf);
	ssize_t n;

	do {
		n = write(pipe_fd, buf, size);
	} while (n < 0 && errno == EINTR);
}

static void send_progress(const struct plan *plan _unused_, size_t index,
			  bool undo, void *userdata)
{
	const struct frame frame = {
		.type = FRAME_PROGRESS,
		.undo = undo,
		.result.step = index,
	};

	send_frame(*(const int *)userdata, &frame);
}

_Noreturn void job_run(int root_fd, int pipe_fd, const struct plan *plan,
		       bool wait)
{
	struct frame frame = { .type = FRAME_RESULT };
	int r;

	close_others(root_fd, pipe_fd);
	reset_signals();
	prctl(PR_SET_NAME, "daxbroker-job");
	r = wait ? act_wait(root_fd, &frame.result)
		 : act_run(root_fd, plan, send_progress, &pipe_fd,
			   &frame.result);
	if (r < 0)
		_exit(EXIT_FAILURE);
	if (frame.result.outcome != ACT_REFUSED && plan->target_node >= 0)
		act_announce_node(root_fd, plan->target_node);
	send_frame(pipe_fd, &frame);
	_exit(EXIT_SUCCESS);
}
