/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_DEVICE_H
#define FACTS_DEVICE_H

#include "facts/reader.h"

/* Fills the snapshot's devices with all but region, identity, blocks and
 * holders; those of one parent are adjacent, ordered by their numbers. */
void devices_read(struct facts_reader *reader);
/* The same of the device of this name alone; without one nothing is added. */
void device_read(struct facts_reader *reader, const char *name);
void device_release(struct facts_device *device);

/* "daxX.Y" -> X and Y; false: it is no such name. */
bool device_numbers(const char *name, uint64_t *ret_x, uint64_t *ret_y);

/* The length of the parent's path in @device's. */
size_t device_parent_length(const struct facts_device *device);

#endif
