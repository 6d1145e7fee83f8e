/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_DAX_BUS_H
#define FACTS_DAX_BUS_H

#include "facts/reader.h"

/* Which devices the drivers of the dax bus take; behind the devices, which it
 * depends on what is to be known. */
void dax_bus_read(struct facts_reader *reader);

/* 1: a driver takes the devices whose names are on its list, device_dax all. 0:
 * each takes a type of them, since Linux 6.3; or the kernel has no BTF, which
 * describes its structures: no attribute shows the same. A negative errno. */
int dax_bus_by_name(int root_fd);

#endif
