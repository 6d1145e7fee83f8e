/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_MONITOR_H
#define DAEMON_MONITOR_H

#include <systemd/sd-device.h>
#include <systemd/sd-event.h>

#include "broker/broker.h"

/*
 * Hands udev's events of dax devices, memory blocks and NUMA nodes on to
 * @broker; the kernel filters the others, so they wake nobody. Returns 0 and
 * *ret, to be freed with sd_device_monitor_unref(); or a negative errno.
 */
int monitor_new(sd_event *event, struct broker *broker,
		sd_device_monitor **ret);

#endif
