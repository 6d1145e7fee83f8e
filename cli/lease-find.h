/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_LEASE_FIND_H
#define CLI_LEASE_FIND_H

#include "cli/mirror.h"

/* The lease with this id or name, among those of @mirror: EXIT_OK, its path in
 * *ret, owned by the mirror; or the status to exit with after saying why. */
enum exit_code lease_find(const struct mirror *mirror, const char *word,
			  const char **ret);

/* Calls @fn for each lease; where it returns no EXIT_OK, that is returned. */
typedef enum exit_code (*lease_find_fn)(const char *path, json_object *lease,
					void *userdata);
enum exit_code lease_find_each(const struct mirror *mirror, lease_find_fn fn,
			       void *userdata);

/* "dax0.1" of the path of its object; to be freed. NULL: it has none yet. */
char *lease_find_device(json_object *lease);

#endif
