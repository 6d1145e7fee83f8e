/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_ATTEMPT_H
#define CLI_ATTEMPT_H

#include <stdint.h>

/* When the last attempt at switching @device began (clock_usec()), if that has
 * failed and the daemon can be asked; 0: it is not known. */
uint64_t attempt_time(const char *device);

#endif
