/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_JOB_BLOCKER_H
#define BROKER_JOB_BLOCKER_H

#include "act/failure.h"

/*
 * What keeps memory of a device ("dax0.0") from going offline, as a job found
 * that began at @since (clock_usec(); 0: unknown): *ret, of no kind when
 * nothing was found. Reads what every page of the device is and who maps it,
 * for @timeout ms at most: for a worker, not for the daemon.
 */
void blocker_find(int root_fd, const char *device, uint64_t since,
		  uint64_t timeout, struct act_blocker *ret);

#endif
