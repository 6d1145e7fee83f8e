/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_SCAN_H
#define ACT_SCAN_H

#include <stddef.h>
#include <stdint.h>

/*
 * A scan of the machine's processes, in a process of its own. How long it takes
 * is up to them: what they have open and mapped, and whether they let it be
 * read. It has a deadline by the clock, and whatever happens to it happens to
 * nobody else.
 */

/* Fills *answer, a plain value. 0 or more, or a negative errno. */
typedef int (*scan_fn)(int root_fd, const void *question, void *answer);

/* What an answer may have at most, bytes. */
#define SCAN_ANSWER_MAX 1024

/* Returns what @scan does, and *answer when that is no error; -ETIME: it took
 * longer than @timeout ms; -ECANCELED: ACT_PREEMPT_SIGNAL; -EIO: it died; or
 * another negative errno. */
int scan_run(int root_fd, scan_fn scan, const void *question, uint64_t timeout,
	     void *answer, size_t size);

#endif
