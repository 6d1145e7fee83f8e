/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_SNAPSHOT_READ_H
#define FACTS_SNAPSHOT_READ_H

#include "facts/model/model.h"

/*
 * Reads a snapshot below @root_fd, whose "sys" is read ("/" of the running
 * system, or a recorded tree). A machine without dax devices has an empty one.
 * Devices that vanish meanwhile are left out.
 *
 * Returns 0 and *ret, to be freed with facts_snapshot_free(); -ENOMEM;
 * -ENOENT: no sys/devices/system below @root_fd, so this is no sysfs; or the
 * error of opening a directory (-EMFILE among them: a snapshot is never
 * silently without what could not be opened for want of descriptors).
 */
int facts_snapshot_read(int root_fd, struct facts_snapshot **ret);

/*
 * The same of one device only, without regions, nodes and blocks: for who uses
 * it. -ENODEV: there is none of this name.
 */
int facts_snapshot_read_device(int root_fd, const char *device,
			       struct facts_snapshot **ret);

#endif
