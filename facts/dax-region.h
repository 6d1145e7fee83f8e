/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_DAX_REGION_H
#define FACTS_DAX_REGION_H

#include "facts/reader.h"

/*
 * Fills the snapshot's regions from its devices, and the devices' region and
 * identity. No region is without a device: the dax bus never deletes the first
 * one of a dynamic region, and a static one comes and goes with its device.
 */
void dax_regions_read(struct facts_reader *reader);

#endif
