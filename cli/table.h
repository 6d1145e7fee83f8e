/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <json.h>
#include <libsmartcols.h>

#include "cli/verb.h"

/* A table of devices without columns yet, printed as @arguments say; NULL: out
 * of memory. */
struct libscols_table *table_new(const struct arguments *arguments);

/* Prints @table, unless @r says that filling it failed, and frees it. Returns
 * the status to exit with, after saying why where it is not EXIT_OK. */
enum exit_code table_print(struct libscols_table *table, int r);

/* The same; in JSON the members of @more, which may be NULL, stand beside the
 * table. */
enum exit_code table_print_with(struct libscols_table *table, int r,
				json_object *more);

#endif
