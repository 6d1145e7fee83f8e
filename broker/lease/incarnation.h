/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_INCARNATION_H
#define BROKER_LEASE_INCARNATION_H

#include "policy/grant.h"

/* Gives @grant an incarnation that nothing else has: its bytes are none that a
 * client knows. 0 or a negative errno. */
int incarnation_renew(struct policy_grant *grant);

#endif
