/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_FIFO_H
#define BROKER_LEASE_FIFO_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/grant.h"

/*
 * A FIFO for each lease, in RUN_LEASES of RUN_DIR: as long as somebody has its
 * writing end, the lease lives. It outlives the daemon, which holds the reading
 * end. All return a negative errno where they fail.
 */

/* Makes it, in the place of one that is there, and returns 0 and both ends. */
int lease_fifo_make(int root_fd, uint64_t id, int *ret_reader, int *ret_writer);

/* Opens the reading end of one that is there: a descriptor. */
int lease_fifo_open(int root_fd, uint64_t id);

/* Whether somebody has a writing end. What was written is thrown away. */
bool lease_fifo_has_writer(int reader);

/* Nothing where it is not there. */
void lease_fifo_remove(int root_fd, uint64_t id);

/* Removes those of no grant. */
void lease_fifo_trim(int root_fd, const struct policy_grants *grants);

#endif
