/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_EARLY_H
#define DAEMON_BUS_EARLY_H

#include <systemd/sd-bus.h>

struct call_queue;

/* Before the first pass no pool has an object: which there are is not known
 * yet. A call of Acquire() is taken up whichever it names, and waits for the
 * pass. 0 or a negative errno. */
int early_watch(sd_bus *connection, struct call_queue *calls);

#endif
