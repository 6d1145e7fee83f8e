// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/pause.h"

#include <errno.h>
#include <signal.h>

#include "act/act.h"

#define TIME_MAX UINT64_C(1000000000)

int pause_poll(struct pollfd *fds, size_t n, uint64_t time)
{
	struct timespec ts;
	sigset_t signals;
	int r;

	if (time > TIME_MAX)
		time = TIME_MAX;
	ts.tv_sec = (time_t)(time / 1000);
	ts.tv_nsec = (long)(time % 1000) * 1000000;
	sigprocmask(SIG_BLOCK, NULL, &signals);
	sigdelset(&signals, ACT_PREEMPT_SIGNAL);
	r = ppoll(fds, n, &ts, &signals);
	if (r < 0)
		return errno == EINTR ? -ECANCELED : -errno;
	return r;
}
