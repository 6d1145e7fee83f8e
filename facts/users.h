/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_USERS_H
#define FACTS_USERS_H

#include "facts/reader.h"

/* What daxbroker's device_dax counts of a device's users, all but
 * pinned_pages. */
void users_read(struct facts_reader *reader, const char *dir,
		struct facts_device *device);

/* Reads pinned_pages of all devices whose driver counts it, in time
 * proportional to their pages. Returns 0 or a negative errno. */
int facts_users_load_pins(int root_fd, struct facts_snapshot *snapshot);

#endif
