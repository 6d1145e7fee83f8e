/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_CRASH_H
#define ACT_CRASH_H

#include <stddef.h>

/*
 * For tests alone (meson -Dcrash-hook=true, never in a release): where a file
 * RUN_DIR/crash says "WORD STEP WHOM", removes it and kills the worker there,
 * WHOM being "worker", or "both" for the daemon too.
 */
#ifdef CRASH_HOOK
void crash_point(int root_fd, const char *word, size_t step);
#else
static inline void crash_point(int root_fd, const char *word, size_t step)
{
	(void)root_fd;
	(void)word;
	(void)step;
}
#endif

#endif
