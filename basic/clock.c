// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/clock.h"

#include <time.h>

/* What is less is the time that reading both clocks takes, or ntpd's. */
#define SET_USEC 500000

static uint64_t usec_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t clock_usec(void)
{
	return usec_of(CLOCK_MONOTONIC);
}

uint64_t clock_msec(void)
{
	return clock_usec() / 1000;
}

uint64_t clock_to_real(uint64_t usec)
{
	static uint64_t between;
	uint64_t now = usec_of(CLOCK_REALTIME) - usec_of(CLOCK_MONOTONIC);

	if (now - between + SET_USEC > 2 * SET_USEC)
		between = now;
	return usec + between;
}
