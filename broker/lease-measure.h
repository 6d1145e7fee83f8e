/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_MEASURE_H
#define BROKER_LEASE_MEASURE_H

#include "broker/desk.h"

/* Which idle devices are used least: measured when a request is about to have
 * one leave, by a process of its own. */

typedef void (*lease_measure_fn)(struct lease_desk *desk);

/* True: @entry is served after @measured is called, for what it could have is
 * being measured. */
bool lease_measure_begin(struct lease_desk *desk,
			 const struct lease_entry *entry,
			 lease_measure_fn measured);

/* Gives the maps of a new pass the costs that are known. */
void lease_measure_apply(struct lease_desk *desk);

#endif
