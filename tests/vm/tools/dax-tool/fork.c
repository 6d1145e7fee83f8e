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
	if (madvise(p, length, MADV_DOFORK))
		die("MADV_DOFORK: %s", strerror(errno));
	if (child_touch(p) != SIGBUS)
		die("after MADV_DOFORK: no SIGBUS in a child");
	ok("with MADV_DOFORK it has one that it cannot use");
	expect_touch(p, true, 0, "the parent still has it");
	return 0;
}
