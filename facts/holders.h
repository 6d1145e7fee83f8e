/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_HOLDERS_H
#define FACTS_HOLDERS_H

#include "facts/model/model.h"

/*
 * Finds, in one pass over proc below @root_fd, the processes that have a
 * device of @snapshot open or mapped, through any name and any mount
 * namespace: descriptors are compared by st_rdev, shared mappings through
 * map_files. holders_known becomes true only where every process could be
 * looked into (root); holders found are listed in either case. A device of
 * which the driver counts no open file has none, and where that holds of all
 * devices no process is scanned.
 *
 * What facts_users_load_pins() reads comes with it.
 *
 * Returns 0, -ENOMEM, or the error of opening proc.
 */
int facts_holders_load(int root_fd, struct facts_snapshot *snapshot);

#endif
