/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_POOL_H
#define POLICY_POOL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "policy/mask.h"
#include "policy/setting-row.h"
#include "policy/use.h"

/* What memory of a pool is while no lease has it. */
enum policy_idle {
	POLICY_IDLE_SYSTEM_RAM,
	POLICY_IDLE_FREE, /* no device has it; of a static region: devdax */
	POLICY_IDLE_COUNT,
};

/* When the bytes of a lease are made zero. */
enum policy_scrub {
	POLICY_SCRUB_RELEASE, /* when it ends, and when unknown whether */
	POLICY_SCRUB_ACQUIRE, /* before the next one begins */
	POLICY_SCRUB_NO,      /* before another user's begins, only */
	POLICY_SCRUB_COUNT,
};

/* Numbers of users or groups. */
struct policy_ids {
	uint32_t *items;
	size_t n;
};

/* [Pool] of a policy file. */
struct policy_pool {
	char name[POLICY_NAME_MAX];
	struct policy_use use; /* once the file is checked: of what is idle,
				* with what it inherits from [Region] */
	struct policy_mask assigned;
	enum policy_idle idle;
	enum policy_scrub scrub;
	uint64_t granule;   /* bytes; 0: the default, policy_pool_granule() */
	uint64_t reserve;   /* bytes */
	uint64_t min_lease; /* bytes; 0: none */
	uint64_t max_lease; /* bytes; 0: none */
	uint64_t max_per_user; /* bytes; 0: none */
	char *users;  /* words with blanks between them: names or numbers;
		       * NULL: see policy_pool_allows() */
	char *groups; /* the same */
	struct policy_ids uids; /* those of them that there are, once the set
				 * is loaded: policy_pool_resolve() */
	struct policy_ids gids;
	const char *source; /* the file that it stands in; NULL: there is no
			     * [Pool] */
	unsigned int line;  /* of the section's header there */
};

/* Frees what @pool points to. */
void policy_pool_done(struct policy_pool *pool);

/* "system-ram", "free"; "release", "acquire", "no". */
extern const char *const policy_pool_idle_words[];
extern const char *const policy_pool_scrub_words[];

/* The bytes, a multiple of @block_size, of a device of idle memory; borders
 * between two are at multiples of it. @block_size is that of the kernel's
 * memory blocks; 0: it has none. */
uint64_t policy_pool_granule(const struct policy_pool *pool,
			     uint64_t block_size);

/*
 * Sets uids and gids by the text of passwd(5) and group(5), which is borrowed;
 * NULL: numbers alone count. Names that are not in there are nobody's. Returns
 * 0 or -ENOMEM.
 */
int policy_pool_resolve(struct policy_pool *pool, const char *passwd,
			const char *group);

/* Whether a user, with all of its groups, may ask for a lease: root always,
 * everybody without both lists, else who is in one of them. */
bool policy_pool_allows(const struct policy_pool *pool, uid_t uid,
			const gid_t *groups, size_t n_groups);

/*
 * Parsers of the settings table; their target is a struct policy_pool. They
 * return as those of policy/use.h.
 */
int policy_pool_parse_size(const struct policy_setting *setting,
			   const char *value, void *target, char **ret_message);
int policy_pool_parse_granule(const struct policy_setting *setting,
			      const char *value, void *target,
			      char **ret_message);
/* Adds to a list of accounts; an empty value clears it. */
int policy_pool_parse_accounts(const struct policy_setting *setting,
			       const char *value, void *target,
			       char **ret_message);

#endif
