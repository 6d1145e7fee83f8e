/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_BROKER_CALL_H
#define DAEMON_BUS_BROKER_CALL_H

#include "daemon/bus/call.h"

/* The calls about devices and their jobs. */
extern const struct call_kind broker_call_list;
extern const struct call_kind broker_call_history;  /* of the first device */
extern const struct call_kind broker_call_apply;    /* of these devices alone */
extern const struct call_kind broker_call_cancel;   /* of a job */
extern const struct call_kind broker_call_override; /* the only device */
/* The same; or an identity. */
extern const struct call_kind broker_call_release;

#endif
