/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_CRASH_H
#define ACT_CRASH_H

#include <stddef.h>

/*
 * For tests alone (meson -Dcrash-hook=true, never in a release): where a file
 * RUN_DIR/crash says "WORD STEP WHOM", removes it and kills the worker there,
 * WHOM being "worker", or "both" for the daemon too. "any N WHOM" is the N'th
 * point from now on, which RUN_DIR/crashed says then.
 */
#ifdef CRASH_HOOK
void crash_point(int root_fd, const char *word, size_t step);
/* The same in the daemon, which is killed whatever WHOM is. */
void crash_daemon(int root_fd, const char *word);
#else
static inline void crash_point(int root_fd, const char *word, size_t step)
{
	(void)root_fd;
	(void)word;
	(void)step;
}

static inline void crash_daemon(int root_fd, const char *word)
{
	(void)root_fd;
	(void)word;
}
#endif

#endif
