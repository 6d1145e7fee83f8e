/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_BROKER_LEASE_CLIENT_H
#define TESTS_BROKER_LEASE_CLIENT_H

#include "broker-case.h"
#include "broker/lease-desk.h"

/* A region of a pool in the world, and those who ask for memory of it. */

#define MIB UINT64_C(1048576)
#define GRANULE (256 * MIB)
#define POOL_FILE(more)                                                   \
	"[Match]\nProvider=hmem\n[Region]\nMode=pool\n[Pool]\nName=hbm\n" \
	"Granule=256M\n" more
#define FOR_EVER UINT64_MAX

struct client {
	uid_t uid;
	uint64_t request; /* its number; 0: it was answered within the call */
	unsigned int answers;
	int error;
	char message[1024];
	uint64_t id; /* of its lease */
	char device[64];
	int lease_fd; /* -1: none */
	bool by_path; /* its device is a node, not open */
	char incarnation[POLICY_INCARNATION_MAX];
};

/* A region of @n granules that are system RAM already, and the policy. */
void lease_client_world(size_t n, const char *policy);

/* Asks, with what @request says besides. */
void lease_client_ask_with(struct client *client, uint64_t size,
			   struct lease_request request);
/* The user @uid asks for @size bytes and waits so long. */
void lease_client_ask(struct client *client, uid_t uid, uint64_t size,
		      uint64_t wait);

/* The same until all jobs are done; it must get a lease. */
void lease_client_get(struct client *client, uid_t uid, uint64_t size);

/* It has its lease; or was answered with this error. */
void lease_client_has(const struct client *client);
void lease_client_was_refused(const struct client *client, int error,
			      const char *part);

/* It closes its descriptor, and the daemon hears of that. */
void lease_client_leave(struct client *client);

/* The state of its lease or request; "gone". */
void lease_client_expect(const struct client *client, const char *state);

/* The grants on disk, to be cleared. */
struct policy_grants lease_client_grants(void);

/* The file cannot be written, or can again. */
void lease_client_fill_disk(bool full);

/* The job of the device is refused, as this process uses it. */
void lease_client_busy(const char *device, pid_t pid);
/* The job is undone, for this memory block. */
void lease_client_stuck_block(const char *device, uint64_t block);

/* The daemon is killed and starts anew, until jobs run. */
void lease_client_restart(void);

#endif
