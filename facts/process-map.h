/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_PROCESS_MAP_H
#define FACTS_PROCESS_MAP_H

#include <stdbool.h>

#define PROCESS_MAP_NAME_MAX (16 + 1 + 16 + 1)

/*
 * Reads a line of /proc/PID/maps (proc(5)). True, with the mapping's name in
 * /proc/PID/map_files, when it is a shared mapping of a file; a device-DAX
 * device can be mapped in no other way.
 */
bool process_map_is_shared_file(const char *line,
				char ret_name[PROCESS_MAP_NAME_MAX]);

#endif
