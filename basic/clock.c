// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/clock.h"

#include <time.h>

uint64_t clock_usec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t clock_msec(void)
{
	return clock_usec() / 1000;
}
