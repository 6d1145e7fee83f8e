/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_DAEMON_FAKE_POLKIT_H
#define TESTS_DAEMON_FAKE_POLKIT_H

#include <systemd/sd-event.h>

/* A polkit on the bus of $DBUS_SYSTEM_BUS_ADDRESS: everyone may what only takes
 * yes by default, and nobody anything else. Ends the program where it cannot.
 */
void fake_polkit_join(sd_event *event);

#endif
