/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_UDEV_SYNC_H
#define DAEMON_UDEV_SYNC_H

#include "broker/broker.h"

/*
 * Links, owner and mode of /dev/daxX.Y are udev's, which asks for them only at
 * an event of the device, and a new policy makes none. So it is made to process
 * the devices again of which it knows something else than the broker.
 * When the broker has settled. Nothing is compared a second time: what udev
 * makes of it is udev's.
 */
void udev_sync_update(const struct broker *broker);

#endif
