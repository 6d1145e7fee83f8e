// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/process-map.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool process_map_is_shared_file(const char *line,
				char ret_name[PROCESS_MAP_NAME_MAX])
{
	uint64_t start, end, inode;
	char permissions[5] = "";

	if (sscanf(line,
		   "%16" SCNx64 "-%16" SCNx64 " %4s %*16x %*8x:%*8x %20" SCNu64,
		   &start, &end, permissions, &inode) != 4)
		return false;
	if (strlen(permissions) != 4 || permissions[3] != 's' || inode == 0)
		return false;
	/* maps pads the addresses with zeros, map_files does not. */
	snprintf(ret_name, PROCESS_MAP_NAME_MAX, "%" PRIx64 "-%" PRIx64, start,
		 end);
	return true;
}
