/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_CONTENT_H
#define FACTS_CONTENT_H

#include "facts/model/model.h"

/* Opens a devdax device to be read, with the lock below shared. Returns a
 * descriptor and *ret_lock, another that is to be closed after it; or a
 * negative errno: who may not open it (-EACCES), a device for one opener at a
 * time
 * (-EBUSY), a job at work on it (-EWOULDBLOCK), and others. */
int facts_content_open(int root_fd, const struct facts_snapshot *snapshot,
		       const struct facts_device *device, int *ret_lock);

/*
 * Who reads the memory of a region's devices has them open, which must not be
 * taken for use: so readers share a lock (@job false), which is not waited for,
 * -EWOULDBLOCK; and a job has it for itself. It waits for the readers, which
 * have it for no more than samples. Returns a descriptor that holds the lock
 * until it is closed, or a negative errno.
 */
int content_lock(int root_fd, const char *region, bool job);

#endif
