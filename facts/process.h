/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_PROCESS_H
#define FACTS_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/* What a process is called. */

/* Room for "proc/PID/NAME". */
#define PROCESS_PATH_MAX 64

/* Its comm, control characters replaced by '?', or "?" where there is none; to
 * be freed. Returns 0 or -ENOMEM. */
int process_read_command(int root_fd, pid_t pid, char **ret);

/* Its control group, of the unified hierarchy or else of the memory
 * controller; to be freed. NULL: unknown. Returns 0 or -ENOMEM. */
int process_read_cgroup(int root_fd, pid_t pid, char **ret);

/* VmPin of its status, in bytes; 0 too when that is unknown. */
uint64_t process_read_pinned(int root_fd, pid_t pid);

#endif
