/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_MODULE_FILE_H
#define FACTS_MODULE_FILE_H

#include "facts/reader.h"

/* Which drivers are not those that are installed for this kernel, and whether
 * the kernel takes signed modules only; after dax_bus_read(). */
void module_files_read(struct facts_reader *reader);

#endif
