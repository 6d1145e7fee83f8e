/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_JOB_H
#define DAEMON_JOB_H

#include <stdbool.h>

#include "daemon/plan/plan.h"

/*
 * The inside of a worker process, right after fork(2): lets go of what the
 * daemon had, carries @plan out below @root_fd (or with @wait only waits for
 * another worker to end), reports as frames to @pipe_fd, and exits.
 */
_Noreturn void job_run(int root_fd, int pipe_fd, const struct plan *plan,
		       bool wait);

#endif
