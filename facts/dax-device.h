/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_DAX_DEVICE_H
#define FACTS_DAX_DEVICE_H

#include <stdbool.h>

#include "facts/reader.h"

/* Fills the snapshot's devices with all but region, identity, blocks and
 * holders; those of one parent are adjacent, ordered by their numbers. */
void dax_devices_read(struct facts_reader *reader);
/* The same of the device of this name alone; without one nothing is added. */
void dax_device_read(struct facts_reader *reader, const char *name);

/* True while the device of this name has this driver; without a snapshot. */
bool dax_device_has_driver(int root_fd, const char *name, const char *driver);

#endif
