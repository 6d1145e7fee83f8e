// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory failure, and whom it hits. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "commands.h"
#include "common.h"
#include "fault.h"

static void expect_mce(char *p, size_t align)
{
	if (touch(p, false) != SIGBUS)
		die("memory failure: no SIGBUS");
	if (fault.si_code != BUS_MCEERR_AR)
		die("memory failure: si_code %d", fault.si_code);
	if (fault.si_addr < (void *)(p - (uintptr_t)p % align) ||
	    fault.si_addr >= (void *)(p - (uintptr_t)p % align + align))
		die("memory failure at %p: address %p", p, fault.si_addr);
	printf("ok: BUS_MCEERR_AR, granularity 2^%d\n", fault.si_addr_lsb);
}

/* The kernel sends the signal from within madvise(). */
static void fail_memory(char *p, size_t align)
{
	if (sigsetjmp(after_fault, 1)) {
		if (fault.si_signo != SIGBUS || fault.si_code != BUS_MCEERR_AR)
			die("memory failure: signal %d code %d", fault.si_signo,
			    fault.si_code);
		if ((size_t)1 << fault.si_addr_lsb != align)
			die("memory failure: granularity 2^%d",
			    fault.si_addr_lsb);
		if ((uintptr_t)fault.si_addr / align != (uintptr_t)p / align)
			die("memory failure at %p: address %p", p,
			    fault.si_addr);
		ok("memory failure: BUS_MCEERR_AR of this page");
		return;
	}
	if (madvise(p, SMALL, MADV_HWPOISON))
		die("MADV_HWPOISON: %s", strerror(errno));
	die("memory failure: no signal");
}

int run_poison(char **args)
{
	size_t align = number(args[1]), size = number(args[2]);
	size_t offset = number(args[3]);
	char *p = map_at(open_dev(args[0], O_RDWR), size, 0);

	catch_faults();
	p[offset] = 1;
	fail_memory(p + offset, align);
	if (align == SMALL && is_strict())
		expect_mce(p + offset, align);
	if (size > align)
		expect_touch(p + (offset + align) % size, true, 0,
			     "the next page goes on working");
	return 0;
}
