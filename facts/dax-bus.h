/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_DAX_BUS_H
#define FACTS_DAX_BUS_H

#include "facts/reader.h"

/* Which devices the drivers of the dax bus take; behind the devices, which it
 * depends on what is to be known. */
void dax_bus_read(struct facts_reader *reader);

#endif
