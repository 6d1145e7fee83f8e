/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_REFUSAL_H
#define BROKER_LEASE_REFUSAL_H

#include "broker/desk.h"

/* Why a request cannot be served now: how much could be had, who waits before
 * it, who has the memory, and what would not leave. Sentences, to be freed;
 * NULL: out of memory. */
char *lease_refusal_describe(const struct lease_desk *desk,
			     const struct lease_entry *entry);

#endif
