/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <libsmartcols.h>

#include "cli/verb.h"

/* A table of devices without columns yet, printed as @arguments say; NULL: out
 * of memory. To be given to scols_unref_table(). */
struct libscols_table *table_new(const struct arguments *arguments);

#endif
