/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_JOB_BLOCKER_H
#define BROKER_JOB_BLOCKER_H

/*
 * What keeps memory of a device ("dax0.0") from going offline, as a phrase for
 * a person; to be freed. NULL: nothing was found, or it could not be looked
 * for. Reads what every page of the device is: for a worker, not for the
 * daemon.
 */
char *blocker_find(int root_fd, const char *device);

#endif
