/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_SERVE_H
#define BROKER_LEASE_SERVE_H

#include "broker/desk.h"

/* The queue of a pool: who is served, and with which memory. */

/* Serves those of @pool that wait, in their order, as far as there is room, and
 * then its reserve. */
void lease_serve_pool(struct lease_desk *desk, const char *pool);
void lease_serve_all(struct lease_desk *desk);

/* @ranges, of the memory that @entry was to have, would not leave, for @why (a
 * sentence, taken over; NULL: unknown): it gets other memory, or waits, or is
 * refused. @blind: it is not known what of it would not. */
void lease_serve_pass_over(struct lease_desk *desk, struct lease_entry *entry,
			   const struct phys_range *ranges, size_t n,
			   bool blind, char *why);

#endif
