// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/scan.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/drain.h"
#include "basic/cleanup.h"
#include "basic/close-others.h"

/* What comes through the pipe, with one write(2). */
struct report {
	int result;
	/* Whatever a scan answers with stands there. */
	_Alignas(max_align_t) unsigned char answer[SCAN_ANSWER_MAX];
};

_Noreturn static void child(int root_fd, int fd, pid_t parent, scan_fn scan,
			    const void *question)
{
	struct report report = { 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	close_others(root_fd, fd);
	prctl(PR_SET_NAME, "daxbroker-scan");
	report.result = scan(root_fd, question, report.answer);
	_exit(write(fd, &report, sizeof(report)) == sizeof(report)
		      ? EXIT_SUCCESS
		      : EXIT_FAILURE);
}

static int receive(int fd, uint64_t timeout, struct report *ret)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int r = drain_poll(&pfd, 1, timeout);

	if (r <= 0)
		return r < 0 ? r : -ETIME;
	return read(fd, ret, sizeof(*ret)) == sizeof(*ret) ? 0 : -EIO;
}

/* It may be in the kernel, which lets go of it when it can: then it is left to
 * whom it falls to. */
static void end(pid_t pid, int r)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, r < 0 ? WNOHANG : 0);
}

int scan_run(int root_fd, scan_fn scan, const void *question, uint64_t timeout,
	     void *answer, size_t size)
{
	_cleanup_close_ int out = -1, in = -1;
	const pid_t parent = getpid();
	struct report report;
	int fds[2], r;
	pid_t pid;

	assert(size <= sizeof(report.answer));
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	out = fds[0];
	in = fds[1];
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		child(root_fd, in, parent, scan, question);
	close(TAKE_FD(in));
	r = receive(out, timeout, &report);
	end(pid, r);
	if (r < 0)
		return r;
	if (report.result >= 0)
		memcpy(answer, report.answer, size);
	return report.result;
}
