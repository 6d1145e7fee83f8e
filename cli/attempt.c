// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/attempt.h"

#include <time.h>

#include "basic/cleanup.h"
#include "basic/clock.h"
#include "cli/client.h"
#include "cli/reply.h"

/* The daemon gives the time of day: both are asked for now, so that a clock
 * that was set meanwhile does no harm. */
static uint64_t to_clock(uint64_t time)
{
	uint64_t now = clock_usec(), age;
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	age = ts.tv_sec * UINT64_C(1000000) + ts.tv_nsec / 1000 - time;
	return age < now ? now - age : 0;
}

uint64_t attempt_time(const char *device)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	uint64_t time = 0;

	if (client_list(&reply) < 0)
		return 0;
	time = reply_failed_attempt(reply, device);
	return time ? to_clock(time) : 0;
}
