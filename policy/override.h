/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_OVERRIDE_H
#define POLICY_OVERRIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "policy/values.h"

/*
 * A person's word on one device, which wins over the policy files until it
 * ends. By the device's identity: the kernel's numbers change. Plain values;
 * nothing is read or written here.
 */
enum policy_override_scope {
	POLICY_OVERRIDE_PERSISTENT, /* until it is released */
	POLICY_OVERRIDE_BOOT,	    /* until the next boot, or before */
	POLICY_OVERRIDE_SCOPES,
};

struct policy_override {
	char *identity; /* as in struct facts_device */
	enum policy_mode mode;
	enum policy_override_scope scope;
	uid_t uid;	/* who said so */
	uint64_t until; /* CLOCK_MONOTONIC, us; 0: its scope says when it
			 * ends; only with POLICY_OVERRIDE_BOOT */
};

struct policy_overrides {
	struct policy_override *items;
	size_t n;
};

/* So many at a time, of each user but root, and of all. */
#define POLICY_OVERRIDES_OF_USER 64
#define POLICY_OVERRIDES_MAX 4096
/* No identity is longer. */
#define POLICY_IDENTITY_MAX 4096

void policy_overrides_clear(struct policy_overrides *overrides);

/* NULL: there is none. */
const struct policy_override *
policy_overrides_find(const struct policy_overrides *overrides,
		      const char *identity);

/* Adds it, in the place of another one of the same device; what it points to is
 * copied. Returns 0; -EDQUOT: that user, or all together, have too many;
 * -EINVAL: no identity can be that; or -ENOMEM. */
int policy_overrides_put(struct policy_overrides *overrides,
			 const struct policy_override *override);

/* -ENOENT: there is none. */
int policy_overrides_drop(struct policy_overrides *overrides,
			  const char *identity);

/* A copy of all: 0 or -ENOMEM. */
int policy_overrides_copy(const struct policy_overrides *from,
			  struct policy_overrides *ret);

/* Those whose time is over at @now are gone; true: there were some. */
bool policy_overrides_expire(struct policy_overrides *overrides, uint64_t now);

/* When the next one ends by itself; 0: none does. */
uint64_t policy_overrides_next(const struct policy_overrides *overrides);

/*
 * Those of a scope as a file has them, to be freed; NULL: out of memory. And
 * the way back: adds what @text (of @size bytes) has. 0; -EINVAL: it is not of
 * that form; or the error of policy_overrides_put().
 */
char *policy_overrides_print(const struct policy_overrides *overrides,
			     enum policy_override_scope scope);
int policy_overrides_parse(struct policy_overrides *overrides,
			   enum policy_override_scope scope, const char *text,
			   size_t size);

#endif
