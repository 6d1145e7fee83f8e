/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_GRANT_H
#define POLICY_GRANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "basic/range.h"
#include "policy/use.h"

/*
 * Memory of a pool that a lease has: which of it must be a device of its own,
 * and what is to be done to that first. The broker writes the file, and what
 * decides reads it. Plain values; nothing is read or written here.
 */

/* In so many ranges a lease may lie. */
#define POLICY_GRANT_RANGES_MAX 16
/* So many at a time, of all pools. */
#define POLICY_GRANTS_MAX 4096
/* And so many remnants. */
#define POLICY_REMNANTS_MAX 16384
/* A systemd unit's name has fewer characters. */
#define POLICY_UNIT_MAX 256
/* 128 bits in hexadecimal digits. */
#define POLICY_INCARNATION_MAX 33

enum policy_grant_state {
	POLICY_GRANT_MAKING,	/* its device is laid out, and cleared */
	POLICY_GRANT_READY,	/* it is there for the next lease: nobody's */
	POLICY_GRANT_ACTIVE,	/* a client has it */
	POLICY_GRANT_DRAINING,	/* no client has it; users of the device do */
	POLICY_GRANT_RELEASING, /* nobody uses it; it is cleared, or goes */
	POLICY_GRANT_STATES,
};

struct policy_grant {
	uint64_t id; /* never 0 */
	char pool[POLICY_NAME_MAX];
	enum policy_grant_state state;
	enum policy_clear clear; /* what its device is to go through */
	struct phys_range ranges[POLICY_GRANT_RANGES_MAX]; /* ascending */
	size_t n_ranges;
	uint64_t align;		    /* bytes, of its mappings; never 0 */
	uid_t uid;		    /* of the client */
	pid_t pid;		    /* of the client; 0: nobody's */
	char unit[POLICY_UNIT_MAX]; /* of the client; "": none */
	char name[POLICY_NAME_MAX]; /* the client's word; "": none */
	char incarnation[POLICY_INCARNATION_MAX]; /* of the content; "": not
						   * yet */
	bool revocable;
	bool path;	   /* it has a node of its own, the client's */
	uint64_t deadline; /* CLOCK_REALTIME, us, by which it is wanted back;
			    * 0: it is not */
	uint64_t since;	   /* CLOCK_REALTIME, us */
};

/* Free memory of a pool whose last user is known. */
struct policy_remnant {
	struct phys_range range;
	uid_t uid; /* whose bytes are there; (uid_t)-1: it is zero */
	char incarnation[POLICY_INCARNATION_MAX];
};

struct policy_grants {
	struct policy_grant *items; /* by id */
	size_t n;
	struct policy_remnant *remnants; /* ascending */
	size_t n_remnants;
};

void policy_grants_clear(struct policy_grants *grants);

/* NULL: there is none. */
struct policy_grant *policy_grants_find(const struct policy_grants *grants,
					uint64_t id);

/* Adds a copy, in the place of one with its id. 0; -ENOSPC: too many; -EEXIST:
 * another one has memory of it; -EINVAL: it makes no sense; or -ENOMEM. */
int policy_grants_put(struct policy_grants *grants,
		      const struct policy_grant *grant);
/* Nothing where it is not there. */
void policy_grants_drop(struct policy_grants *grants, uint64_t id);

/* A copy of all: 0 or -ENOMEM. */
int policy_grants_copy(const struct policy_grants *from,
		       struct policy_grants *ret);

/* Adds a copy. 0; -ENOSPC: too many; -EEXIST: another one has memory of it;
 * -EINVAL: it makes no sense; or -ENOMEM. */
int policy_grants_add_remnant(struct policy_grants *grants,
			      const struct policy_remnant *remnant);

/* Whether it has a byte of @range. */
bool policy_grant_has(const struct policy_grant *grant,
		      struct phys_range range);

/* One that has a byte of these, of whatever pool; NULL: none has. */
const struct policy_grant *
policy_grants_find_at(const struct policy_grants *grants,
		      const struct phys_range *ranges, size_t n_ranges);

/*
 * As a file has them, to be freed; NULL: out of memory. And the way back: adds
 * what @text (of @size bytes) has. 0; -EINVAL: it is not of that form; or the
 * error of policy_grants_put().
 */
char *policy_grants_print(const struct policy_grants *grants);
int policy_grants_parse(struct policy_grants *grants, const char *text,
			size_t size);

const char *policy_grant_state_name(enum policy_grant_state state);

#endif
