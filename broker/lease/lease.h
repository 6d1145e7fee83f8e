/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_LEASE_H
#define BROKER_LEASE_LEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "act/failure.h"
#include "policy/grant.h"

/* A lease, or a request that waits, as others see it. */
struct lease {
	struct policy_grant grant; /* without ranges while it waits */
	uint64_t size;		   /* bytes */
	bool waiting;		   /* nothing is its own yet */
	bool has_path;		   /* its node is there */
	int node;		   /* -1: unknown */
	char device[ACT_NAME_MAX]; /* "dax0.1"; "": none yet */
	struct act_blocker holder; /* who still uses it; kind "": nobody, or
				    * unknown */
};

/* What a client asks for. */
struct lease_request {
	const char *pool;
	uint64_t size;	  /* bytes */
	uint64_t align;	  /* bytes; 0: the region's */
	int node;	  /* -1: any */
	const char *name; /* "": none */
	uint64_t wait;	  /* us; 0: not at all; UINT64_MAX: for ever */
	bool zero, revocable, path;
	uid_t uid;
	pid_t pid;
	const char *unit;    /* "": none */
	const gid_t *groups; /* all of the client's */
	size_t n_groups;
};

/* The end of a request, from the event loop or from within the call. */
struct lease_answer {
	/* 0: it has the lease. Else a negative errno and @message, a sentence:
	 * -EINVAL, -EPERM (the pool's lists), -EDQUOT, -ETIMEDOUT, -ENOMEM or
	 * -EBUSY (it cannot be had now), -ENOENT (no such pool), -EOPNOTSUPP
	 * (no path, by this driver), -ESHUTDOWN. */
	int error;
	const char *message;
	/* Of the lease: borrowed, and closed by the desk after the call. Of one
	 * with a path the first is O_PATH, of its node. */
	int device_fd, lease_fd;
	const struct lease *lease;
};
typedef void (*lease_answer_fn)(const struct lease_answer *answer,
				void *userdata);

/* "waiting", "active", "draining" or "releasing" */
const char *lease_state_name(const struct lease *lease);

/* Calls @fact for each fact that applies: docs/org.daxbroker1.5. None names a
 * process that is not the client. */
void lease_facts(const struct lease *lease, act_fact_fn fact, void *userdata);

/* The same of who still has its device; without @processes, none that names
 * one. */
void lease_holder_facts(const struct lease *lease, bool processes,
			act_fact_fn fact, void *userdata);

/* Its id in 16 hexadecimal digits. */
#define LEASE_ID_MAX 17
char *lease_id_format(uint64_t id, char buf[LEASE_ID_MAX]);

#endif
