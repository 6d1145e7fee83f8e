// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/explain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int act_explain(struct act_run *run, int error, const char *format, ...)
{
	va_list ap;

	if (run->detail)
		return error;
	va_start(ap, format);
	if (vasprintf(&run->detail, format, ap) < 0)
		run->detail = NULL;
	va_end(ap);
	return error;
}

int act_explain_block(struct act_run *run, int error, const char *what,
		      const char *advice)
{
	uint64_t start = run->blocks.failed * run->plan->block_size;
	bool other_agent = error == -EXDEV; /* of ours, not the kernel's */

	return act_explain(run, error,
			   "memory%" PRIu64 " of %s (0x%" PRIx64 "-0x%" PRIx64
			   ") %s%s%s%s",
			   run->blocks.failed, run->device, start,
			   start + run->plan->block_size - 1, what,
			   other_agent ? "" : ": ",
			   other_agent ? "" : strerror(-error), advice);
}
