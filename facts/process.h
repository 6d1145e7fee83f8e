/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_PROCESS_H
#define FACTS_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What proc says of one process. */

/* Room for "proc/PID/NAME". */
#define PROCESS_PATH_MAX 64

/*
 * Calls @found for every process that proc below @root_fd shows, until it
 * returns a negative errno, which is returned. *ret_all: none is hidden, as
 * proc mounted with hidepid= would. Or returns the error of opening proc.
 */
int process_each(int root_fd, int (*found)(void *userdata, pid_t pid),
		 void *userdata, bool *ret_all);

/* Its comm, control characters replaced by '?', or "?" where there is none; to
 * be freed. Returns 0 or -ENOMEM. */
int process_read_command(int root_fd, pid_t pid, char **ret);

/* Its control group, of the unified hierarchy or else of the memory
 * controller; to be freed. NULL: unknown. Returns 0 or -ENOMEM. */
int process_read_cgroup(int root_fd, pid_t pid, char **ret);

/* VmPin of its status, in bytes; 0 too when that is unknown. */
uint64_t process_read_pinned(int root_fd, pid_t pid);

#define PROCESS_MAP_NAME_MAX (16 + 1 + 16 + 1)

/*
 * Reads a line of /proc/PID/maps (proc(5)). True, with the mapping's name in
 * /proc/PID/map_files, when it is a shared mapping of a file; a device-DAX
 * device can be mapped in no other way.
 */
bool process_map_is_shared_file(const char *line,
				char ret_name[PROCESS_MAP_NAME_MAX]);

#endif
