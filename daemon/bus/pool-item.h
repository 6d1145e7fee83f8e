/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_POOL_ITEM_H
#define DAEMON_BUS_POOL_ITEM_H

#include "broker/lease-desk.h"

/* A pool with what its policy says, but for who may: a value. */
struct pool_item {
	struct lease_pool pool; /* without its policy */
	struct policy_pool policy;
};

#endif
