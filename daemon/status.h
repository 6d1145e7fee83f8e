/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_STATUS_H
#define DAEMON_STATUS_H

#include "broker/broker.h"

/* What "systemctl status" shows of a daemon that has settled, on one line: to
 * be freed; NULL: out of memory. */
char *status_text(const struct broker *broker);

#endif
