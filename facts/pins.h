/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_PINS_H
#define FACTS_PINS_H

#include <sys/types.h>

#include "basic/range.h"
#include "facts/usage-reader.h"

/* Adds buffers that the process has registered with io_uring to *ranges of
 * virtual addresses (START-END, END included), to be freed also on failure; and
 * sets what else it has open that pins memory. 0 or -ENOMEM. */
int pins_read(struct usage_reader *reader, struct facts_resident *resident,
	      struct phys_range **ranges, size_t *n);

/* A process that pins memory by what it has open, as buffers registered with
 * io_uring, and so may pin a device's: its *ret_pid and *ret_command, to be
 * freed. NULL: none was found. 0, -ENOMEM, or the error of opening proc. */
int pins_find(int root_fd, pid_t *ret_pid, char **ret_command);

#endif
