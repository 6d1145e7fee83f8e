/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_CLOCK_H
#define BASIC_CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC, which does not run while the machine is suspended. */
uint64_t clock_usec(void);
uint64_t clock_msec(void);

#endif
