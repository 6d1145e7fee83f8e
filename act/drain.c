// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/drain.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "act/lock.h"
#include "act/phase.h"
#include "act/write.h"
#include "basic/cleanup.h"
#include "basic/clock.h"
#include "basic/names.h"
#include "basic/run-dir.h"
#include "facts/model/model.h"
#include "facts/root.h"

#define ATTRIBUTE "sys/bus/dax/devices/%s/drain"
#define NOTE_PREFIX "drain-"

/* ms */
#define POLL_MAX UINT64_C(1000000000)

/* Room for the note's name of any device. */
#define NOTE_MAX 256

static const char *note_name(const char *device, char name[NOTE_MAX])
{
	snprintf(name, NOTE_MAX, NOTE_PREFIX "%s", device);
	return name;
}

void drain_forget(int root_fd, const char *device)
{
	char name[NOTE_MAX];

	run_dir_remove(root_fd, note_name(device, name));
}

static int make_note(int root_fd, const char *region, const char *device)
{
	_cleanup_close_ int dir = run_dir_open(root_fd);
	char name[NOTE_MAX];

	if (dir < 0)
		return dir;
	drain_forget(root_fd, device);
	return symlinkat(region, dir, note_name(device, name)) < 0 ? -errno : 0;
}

/* 1: drained, 0: not yet. Reading also makes poll(2) wait for what follows. */
static int is_drained(int fd)
{
	char word[16];
	ssize_t n;

	n = pread(fd, word, sizeof(word) - 1, 0);
	if (n < 0)
		return -errno;
	word[n] = '\0';
	return strcmp(word, "drained\n") == 0;
}

int drain_poll(struct pollfd *fds, size_t n, uint64_t time)
{
	struct timespec ts;
	sigset_t signals;
	int r;

	if (time > POLL_MAX)
		time = POLL_MAX;
	ts.tv_sec = (time_t)(time / 1000);
	ts.tv_nsec = (long)(time % 1000) * 1000000;
	sigprocmask(SIG_BLOCK, NULL, &signals);
	sigdelset(&signals, ACT_PREEMPT_SIGNAL);
	r = ppoll(fds, n, &ts, &signals);
	if (r < 0)
		return errno == EINTR ? -ECANCELED : -errno;
	return r;
}

static int wait_drained(int fd, uint64_t timeout)
{
	struct pollfd pfd = { .fd = fd, .events = POLLPRI };
	uint64_t end = timeout > UINT64_MAX - clock_msec()
			       ? UINT64_MAX
			       : clock_msec() + timeout;
	uint64_t left;
	int r;

	for (;;) {
		r = is_drained(fd);
		if (r != 0)
			return r < 0 ? r : 0;
		left = end - clock_msec();
		if (left == 0 || left > end)
			return -EUSERS;
		r = drain_poll(&pfd, 1, left);
		if (r < 0)
			return r;
	}
}

static int open_drain(int root_fd, const char *device)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), ATTRIBUTE, device);
	return root_open(root_fd, path, 0);
}

int drain_begin(int root_fd, const char *region, const char *device)
{
	_cleanup_close_ int fd = open_drain(root_fd, device);
	int r;

	if (fd < 0)
		return fd;
	r = make_note(root_fd, region, device);
	if (r == 0)
		r = act_write(root_fd, "1", ATTRIBUTE, device);
	if (r == 0)
		r = is_drained(fd);
	return r == 0 ? -EUSERS : r < 0 ? r : 0;
}

int drain_wait(int root_fd, const char *device, uint64_t timeout)
{
	_cleanup_close_ int fd = open_drain(root_fd, device);

	return fd < 0 ? fd : wait_drained(fd, timeout);
}

int drain_end(int root_fd, const char *device)
{
	int r;

	r = act_write(root_fd, "0", ATTRIBUTE, device);
	if (r < 0 && r != -ENOENT && r != -ENODEV)
		return r;
	drain_forget(root_fd, device);
	return 0;
}

/* As drain_recover(), of one device, whose note is in @dir. */
static int recover_one(int root_fd, int dir, const char *region,
		       const char *device)
{
	_cleanup_close_ int lock = -1;
	char name[NOTE_MAX], of[PATH_MAX];
	ssize_t n;
	int r;

	n = readlinkat(dir, note_name(device, name), of, sizeof(of) - 1);
	if (n < 0)
		return errno == ENOENT ? 0 : -errno; /* just ended */
	of[n] = '\0';
	if (region && strcmp(region, of) != 0)
		return 0;
	if (!region) {
		lock = act_lock(root_fd, of, false);
		if (lock < 0)
			return lock == -EWOULDBLOCK ? 0 : lock;
	}
	r = drain_end(root_fd, device);
	return r < 0 ? r : 1;
}

static const char run_dir[] = RUN_DIR;

int drain_recover(int root_fd, const char *region)
{
	_cleanup_closedir_ DIR *stream = NULL;
	const struct dirent *entry;
	uint64_t x, y;
	int r, result = 0;

	r = root_open_dir(root_fd, &run_dir[1], &stream);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	while ((entry = readdir(stream))) {
		const char *device = entry->d_name + strlen(NOTE_PREFIX);

		if (strncmp(entry->d_name, NOTE_PREFIX, strlen(NOTE_PREFIX)) ||
		    !facts_device_numbers(device, &x, &y))
			continue;
		r = recover_one(root_fd, dirfd(stream), region, device);
		if (r < 0)
			return r;
		result |= r;
	}
	return result;
}
