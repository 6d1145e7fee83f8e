// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether a child has the mapping of its parent. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands.h"
#include "common.h"
#include "fault.h"

/* The child's signal when it touches the parent's mapping, or 0. */
static int child_touch(char *p)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(touch(p, false));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Whether MADV_DOFORK is done; newer kernels refuse it. */
static bool may_be_inherited(char *p, size_t length)
{
	if (!madvise(p, length, MADV_DOFORK))
		return true;
	if (errno != EINVAL)
		die("MADV_DOFORK: %s", strerror(errno));
	ok("MADV_DOFORK is refused");
	return false;
}

int run_fork(char **args)
{
	size_t length = number(args[1]);
	char *p = map_at(open_dev(args[0], O_RDWR), length, 0);
	bool inherited = !strcmp(args[2], "yes");

	catch_faults();
	p[0] = 1;
	if (child_touch(p) != (inherited ? 0 : SIGSEGV))
		die("in a child: another signal than expected");
	ok(inherited ? "a child has it" : "a child does not have it");
	if (inherited)
		return 0;
	if (!may_be_inherited(p, length))
		return 0;
	if (child_touch(p) != SIGBUS)
		die("after MADV_DOFORK: no SIGBUS in a child");
	ok("with MADV_DOFORK it has one that it cannot use");
	expect_touch(p, true, 0, "the parent still has it");
	return 0;
}

static void write_switch(const char *path, bool on)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, on ? "1" : "0", 1) != 1)
		die("%s: %s", path, strerror(errno));
	close(fd);
}

/* Two mappings, one behind the other in memory and in the device. */
static void check_neighbours(const char *path, const char *dontfork,
			     size_t length, bool first)
{
	int fd = open_dev(path, O_RDWR), i;
	char *p = map_at(fd, 2 * length, 0);

	munmap(p, 2 * length);
	for (i = 0; i < 2; i++) {
		write_switch(dontfork, (i == 0) == first);
		if (mmap(p + i * length, length, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, fd, i * length) == MAP_FAILED)
			die("mmap: %s", strerror(errno));
	}
	may_be_inherited(first ? p : p + length, length);
	for (i = 0; i < 2; i++) {
		int signal = child_touch(p + i * length);

		if ((signal == 0) == ((i == 0) == first))
			die("part %d of 2: signal %d in a child", i, signal);
	}
	write_switch(dontfork, false);
	munmap(p, 2 * length);
	close(fd);
	ok(first ? "one that is not inherited, before one that is"
		 : "one that is inherited, before one that is not");
}

int run_neighbours(char **args)
{
	catch_faults();
	check_neighbours(args[0], args[2], number(args[1]), true);
	check_neighbours(args[0], args[2], number(args[1]), false);
	return 0;
}
