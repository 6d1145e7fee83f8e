/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_JOB_BLOCKER_H
#define BROKER_JOB_BLOCKER_H

#include "act/failure.h"

/*
 * What keeps memory of a device ("dax0.0") from going offline, as a job found
 * that began at @since (clock_usec(); 0: unknown): *ret, of no kind when
 * nothing was found. Reads what every page of the device is and who maps it,
 * up to BLOCKER_MSEC: for a worker, not for the daemon.
 */
void blocker_find(int root_fd, const char *device, uint64_t since,
		  struct act_blocker *ret);

/* While a job that was cut off waits to be undone, memory of the device may be
 * offline. */
#define BLOCKER_MSEC 20000

#endif
