/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_TURN_H
#define BROKER_LEASE_TURN_H

#include "broker/desk.h"
#include "broker/pass.h"

/* What a pass and the ends of its jobs mean for each lease. */

/* After a pass: the estate is of it already. */
void lease_turn_take(struct lease_desk *desk, const struct pass *pass);

/* A job of @pass has ended. */
void lease_turn_job_ended(struct lease_desk *desk, const struct pass *pass,
			  const struct plan *plan,
			  const struct act_result *result);

#endif
