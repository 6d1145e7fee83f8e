// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/near-miss.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "basic/names.h"
#include "basic/nearest.h"

/* Of "region" a letter or two may be wrong, and the case of all. What ends with
 * "~" or "#" is an editor's. */
static bool is_like_region(const char *ending)
{
	return strcmp(ending, POLICY_SUFFIX) != 0 &&
	       isalpha((unsigned char)ending[strlen(ending) - 1]) &&
	       nearest_distance(ending, POLICY_SUFFIX) <= 2;
}

const char *near_miss_describe(const char *name)
{
	const char *ending = strrchr(name, '.');

	if (!ending)
		return NULL;
	if (is_like_region(ending))
		return "its name does not end with \"" POLICY_SUFFIX
		       "\", so nothing in it is used";
	if (strcmp(ending, ".conf") == 0 && strcmp(name, POLICY_CONF) != 0)
		return "the name of a policy ends with \"" POLICY_SUFFIX
		       "\", and of others only " POLICY_CONF
		       " is read, so nothing in it is used";
	return NULL;
}
