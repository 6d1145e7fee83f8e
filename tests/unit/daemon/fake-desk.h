/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_DAEMON_FAKE_DESK_H
#define TESTS_DAEMON_FAKE_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/lease-desk.h"

#define FAKE_DESK_MAX 1200

struct fake_desk_lease {
	struct lease lease;
	lease_answer_fn answer; /* NULL: it is answered */
	void *userdata;
	int end; /* reading end of its FIFO; -1: it has none */
};

/* A desk that does what the test says. */
struct lease_desk {
	struct lease_pool pools[2];
	size_t n_pools;
	struct fake_desk_lease *leases[FAKE_DESK_MAX];
	const struct lease *list[FAKE_DESK_MAX];
	size_t n;
	uint64_t last_id;
	bool hold; /* requests wait */
	int error; /* of the next request; 0: it is granted */
	const char *message;
	bool numbered; /* also a request that is answered at once has one */
	bool in_turn;  /* who withdraws makes room for the next */
	unsigned int withdrawn;
	uint64_t reclaimed; /* us, of the last */
	/* Of the last request. */
	struct lease_request request;
	char pool[POLICY_NAME_MAX], name[POLICY_NAME_MAX];
	char unit[POLICY_UNIT_MAX];
	gid_t groups[4];
};

void fake_desk_make(struct lease_desk *desk);
void fake_desk_remove(struct lease_desk *desk);

/* One that waits is granted, or with an error refused. */
void fake_desk_answer(struct lease_desk *desk, uint64_t id, int error,
		      const char *message);

struct lease *fake_desk_lease(struct lease_desk *desk, uint64_t id);

/* Whether anyone has a copy of its descriptor. */
bool fake_desk_is_held(const struct lease_desk *desk, uint64_t id);

/* Nobody has it any more. */
void fake_desk_drop(struct lease_desk *desk, uint64_t id);

#endif
