/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_CLOCK_H
#define BASIC_CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC, which does not run while the machine is suspended. */
uint64_t clock_usec(void);
uint64_t clock_msec(void);

/* The time of day that @usec of clock_usec() was or will be: us since 1970. The
 * same for the same, unless somebody has set the clock meanwhile. */
uint64_t clock_to_real(uint64_t usec);

#endif
