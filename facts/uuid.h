/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_UUID_H
#define FACTS_UUID_H

#include "facts/reader.h"

/* Reads the attribute "uuid" of @dir in lower case, to be freed. Empty or all
 * zero: there is none. *ret_unknown is set where there may be one. */
void uuid_read(struct facts_reader *reader, const char *dir, char **ret,
	       bool *ret_unknown);

#endif
