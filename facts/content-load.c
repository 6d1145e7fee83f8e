// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/content-load.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "basic/clock.h"
#include "basic/close-others.h"
#include "basic/names.h"
#include "facts/content-probe.h"
#include "facts/root.h"

/* What comes through the pipe of each device, with one write(2). */
struct answer {
	size_t device;
	int error; /* a negative errno; 0: */
	enum content_kind kind;
};

struct loading {
	int root_fd;
	struct facts_snapshot *snapshot;
	const bool *wanted;
	uint64_t deadline; /* clock_usec() */
	size_t next;	   /* devices before it have their answer */
};

static bool is_wanted(const struct loading *loading, size_t device)
{
	const struct facts_device *d = &loading->snapshot->devices[device];

	return (!loading->wanted || loading->wanted[device]) &&
	       facts_device_is_bound(d, DRIVER_DEVICE_DAX) && d->size > 0;
}

static void note_others(struct loading *loading)
{
	for (size_t i = 0; i < loading->snapshot->n_devices; i++) {
		struct facts_device *d = &loading->snapshot->devices[i];

		if ((!loading->wanted || loading->wanted[i]) &&
		    !facts_device_is_bound(d, DRIVER_DEVICE_DAX))
			d->content_why = FACTS_CONTENT_NOT_DEVDAX;
	}
}

static bool is_there(const struct loading *loading)
{
	char path[NAME_MAX];

	snprintf(path, sizeof(path), "dev/%s",
		 loading->snapshot->devices[loading->next].name);
	return root_exists(loading->root_fd, path);
}

/* The next one that is to be read, which may be loading->next. */
static bool advance(struct loading *loading)
{
	while (loading->next < loading->snapshot->n_devices &&
	       !is_wanted(loading, loading->next))
		loading->next++;
	return loading->next < loading->snapshot->n_devices;
}

static void set(struct loading *loading, int error, enum content_kind kind)
{
	struct facts_device *device =
		&loading->snapshot->devices[loading->next++];

	device->content = error < 0 ? CONTENT_UNKNOWN : kind;
	device->content_why =
		error < 0 ? facts_content_why_of(error) : FACTS_CONTENT_KNOWN;
}

_Noreturn static void child(struct loading *loading, int out, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	close_others(loading->root_fd, out);
	prctl(PR_SET_NAME, "daxbroker-probe");
	for (; advance(loading); loading->next++) {
		struct answer answer = { .device = loading->next };

		answer.error = content_probe(
			loading->root_fd, loading->snapshot,
			&loading->snapshot->devices[loading->next],
			&answer.kind);
		if (write(out, &answer, sizeof(answer)) != sizeof(answer))
			_exit(EXIT_FAILURE);
	}
	_exit(EXIT_SUCCESS);
}

static int poll_until(int fd, uint64_t deadline)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int r;

	do {
		const uint64_t now = clock_usec();

		if (now >= deadline)
			return -ETIME;
		r = poll(&pfd, 1, (int)((deadline - now + 999) / 1000));
	} while (r == 0 || (r < 0 && errno == EINTR));
	return r < 0 ? -errno : 0;
}

/* The process is not trusted: it may have been taken over by what it read. */
static bool makes_sense(const struct loading *loading,
			const struct answer *answer)
{
	return answer->device == loading->next && answer->error <= 0 &&
	       (answer->error < 0 || (answer->kind > CONTENT_UNKNOWN &&
				      answer->kind < CONTENT_KIND_COUNT));
}

/* 1: one device is set; 0: the process has closed its end; or a negative errno.
 */
static int receive(struct loading *loading, int in)
{
	struct answer answer;
	ssize_t n;
	int r;

	r = poll_until(in, loading->deadline);
	if (r < 0)
		return r;
	n = read(in, &answer, sizeof(answer));
	if (n == 0)
		return 0;
	if (n != sizeof(answer) || !makes_sense(loading, &answer))
		return -EBADMSG;
	set(loading, answer.error, answer.kind);
	return 1;
}

/* One that the kernel did not let go of, 0: none. */
static pid_t left_behind;

/* Has it gone meanwhile? Until then no other one is started: each would be left
 * behind, too. */
static bool is_free(void)
{
	if (left_behind > 0 && waitpid(left_behind, NULL, WNOHANG) == 0)
		return false;
	left_behind = 0;
	return true;
}

/* Ends the process. Returns @r, or what its death says of the device that it
 * was reading. */
static int end(pid_t pid, int r)
{
	int status = 0;

	kill(pid, SIGKILL);
	if (r == -ETIME) {
		left_behind = pid;
		return r;
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (r < 0)
		return r;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS ? -EFAULT
								 : -EIO;
}

/* Until all is read, or the process is gone. Returns 0 or why the next device
 * has no answer. */
static int follow(struct loading *loading, int in, pid_t pid)
{
	int r;

	do
		r = advance(loading) ? receive(loading, in) : 0;
	while (r > 0);
	r = end(pid, r);
	return advance(loading) ? r : 0;
}

static int load_some(struct loading *loading)
{
	_cleanup_close_ int in = -1, out = -1;
	const pid_t parent = getpid();
	int fds[2];
	pid_t pid;

	if (!is_free())
		return -ETIME;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	in = fds[0];
	out = fds[1];
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		child(loading, out, parent);
	close(TAKE_FD(out));
	return follow(loading, in, pid);
}

void content_load(int root_fd, struct facts_snapshot *snapshot,
		  const bool *wanted)
{
	struct loading loading = {
		.root_fd = root_fd,
		.snapshot = snapshot,
		.wanted = wanted,
		.deadline = clock_usec() + CONTENT_LOAD_MS * UINT64_C(1000),
	};

	note_others(&loading);
	/* Where it ends at a device, another one reads those behind that. */
	while (advance(&loading)) {
		int r = is_there(&loading) ? load_some(&loading) : -ENOENT;

		if (r < 0)
			set(&loading, r, CONTENT_UNKNOWN);
	}
}
