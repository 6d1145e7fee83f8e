/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_JOB_BLOCKER_H
#define BROKER_JOB_BLOCKER_H

#include "act/failure.h"

/*
 * What keeps memory of a device ("dax0.0") from going offline: *ret, of no kind
 * when nothing was found. Reads what every page of the device is: for a worker,
 * not for the daemon.
 */
void blocker_find(int root_fd, const char *device, struct act_blocker *ret);

#endif
