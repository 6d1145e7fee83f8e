/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_SERVICE_H
#define DAEMON_SERVICE_H

#include <systemd/sd-event.h>

#include "broker/broker.h"

/*
 * The daemon as a service: udev's events, signals, the service manager and
 * the bus around @broker. Returns when it was asked to stop: 0, or a negative
 * errno.
 */
int service_run(sd_event *event, struct broker *broker);

/* `daxbrokerd --once`: looks, switches what is to be switched, and returns;
 * SIGTERM and SIGINT end it early. The same results. */
int service_run_once(sd_event *event, struct broker *broker);

#endif
