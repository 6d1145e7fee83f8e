/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_DESK_H
#define BROKER_LEASE_DESK_H

#include "broker/desk-outside.h"
#include "broker/lease/lease-pool.h"
#include "broker/lease/lease.h"
#include "broker/pass.h"

/*
 * Where programs ask for memory of a pool: requests, leases and what becomes of
 * them. Between two passes everything here stays as it is; watchers are told of
 * each change (broker/watcher.h).
 */
struct lease_desk;

/*
 * Asks. @answer is called once, unless lease_desk_withdraw() comes before.
 * Returns the request's number, which is that of its lease, never 0; or 0:
 * @answer was called already.
 */
uint64_t lease_desk_ask(struct lease_desk *desk,
			const struct lease_request *request,
			lease_answer_fn answer, void *userdata);
/* The client has left. Nothing where it was answered. */
void lease_desk_withdraw(struct lease_desk *desk, uint64_t id);

/* As if the last copy of its descriptor were closed. 0 or -ENOENT. */
int lease_desk_release(struct lease_desk *desk, uint64_t id);

/* A revocable lease is wanted back in @usec. 0; -ENOENT; -EOPNOTSUPP: it is not
 * revocable; or the error of writing it, and nothing has changed. */
int lease_desk_reclaim(struct lease_desk *desk, uint64_t id, uint64_t usec);

/* The pools by name, and the leases and requests by id: until control returns
 * to the event loop. */
const struct lease_pool *lease_desk_pools(const struct lease_desk *desk,
					  size_t *ret_n);
const struct lease *const *lease_desk_leases(const struct lease_desk *desk,
					     size_t *ret_n);
const struct lease *lease_desk_find(const struct lease_desk *desk, uint64_t id);

/* Memory of this device failed at this physical address. */
void lease_desk_poisoned(struct lease_desk *desk, const char *device,
			 uint64_t address);

/* Returns 0 and *ret, to be freed with lease_desk_free(); or a negative errno.
 */
int lease_desk_new(const struct desk_outside *outside, struct lease_desk **ret);
/* NULL is allowed. Requests are not answered. */
void lease_desk_free(struct lease_desk *desk);

/* Policies were read, and have these grants: see lease_ledger_attach(). */
void lease_desk_load(struct lease_desk *desk, struct policy_grants *grants);

/* After a pass, before its jobs begin. True: what is granted has changed, and
 * another pass follows instead of them. */
bool lease_desk_take(struct lease_desk *desk, const struct pass *pass);

/* A job of @pass has ended. */
void lease_desk_job_ended(struct lease_desk *desk, const struct pass *pass,
			  const struct plan *plan,
			  const struct act_result *result);

/* No request is served from now on; each is answered. */
void lease_desk_stop(struct lease_desk *desk);

#endif
