/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_EXPLAIN_H
#define ACT_EXPLAIN_H

#include "act/run.h"
#include "basic/cleanup.h"

/* Leave a sentence in run->detail, the first one said, and return @error. */
int act_explain(struct act_run *run, int error, const char *format, ...)
	_printf_(3, 4);

/* "memory33 of dax0.0 (0x...-0x...) WHAT: error ADVICE", about the block that
 * run->blocks.failed names; without the error for -EXDEV, a other agent's
 * doing. */
int act_explain_block(struct act_run *run, int error, const char *what,
		      const char *advice);

#endif
