/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_MONITOR_H
#define DAEMON_MONITOR_H

#include <systemd/sd-event.h>

#include "broker/broker.h"

/*
 * Hands udev's events of dax devices, memory blocks and NUMA nodes on to
 * @broker; the kernel filters the others, so they wake nobody. Events come by
 * a socket whose buffer may be full: then it reports that some were lost.
 */
struct monitor;

/* Returns 0 and *ret, to be freed with monitor_free(); or a negative errno. */
int monitor_new(sd_event *event, struct broker *broker, struct monitor **ret);

void monitor_free(struct monitor *monitor);

#endif
