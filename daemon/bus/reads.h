/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_READS_H
#define DAEMON_BUS_READS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How much is read of objects while answers are still to be sent: sd-bus
 * answers by itself, an answer may be ten thousand times as large as what asks
 * for it, and nothing says who asks. Pure.
 */
struct reads {
	unsigned int n; /* since nothing was to be sent */
};

/* So much is answered meanwhile; all objects at once count READS_ALL. */
#define READS_MAX 64
#define READS_ALL 16

/* Whether a call of this interface (NULL: of any) is to be answered, when
 * @unsent messages are still to be sent. */
bool reads_allowed(struct reads *reads, const char *interface, uint64_t unsent);

#endif
