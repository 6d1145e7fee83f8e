// SPDX-License-Identifier: GPL-2.0-or-later
#include "fault.h"

#include <stddef.h>

#include "common.h"

sigjmp_buf after_fault;
siginfo_t fault;

static void on_fault(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	fault = *info;
	siglongjmp(after_fault, 1);
}

void catch_faults(void)
{
	struct sigaction action = {
		.sa_sigaction = on_fault,
		.sa_flags = SA_SIGINFO,
	};

	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
}

int touch(volatile char *p, bool write)
{
	if (sigsetjmp(after_fault, 1))
		return fault.si_signo;
	if (write)
		*p = 1;
	else
		(void)*p;
	return 0;
}

void expect_touch(char *p, bool write, int wanted, const char *what)
{
	int got = touch(p, write);

	if (got != wanted)
		die("%s: signal %d, not %d", what, got, wanted);
	ok(what);
}
