/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_LEASE_HOLDER_H
#define CLI_LEASE_HOLDER_H

#include "basic/cleanup.h"
#include "cli/mirror.h"
#include "facts/model/model.h"

/*
 * Who has the device of a lease: what this user can see of them now, and where
 * that is nobody, what the daemon says of one that has ended.
 */
struct lease_holder_search {
	const struct mirror *mirror;
	int root_fd;
	bool taken;			 /* the snapshot was */
	bool pins_known;		 /* in it */
	struct facts_snapshot *snapshot; /* NULL: it cannot be read */
};

void lease_holder_search_done(struct lease_holder_search *search);
#define _cleanup_lease_holder_search_ _cleanup_(lease_holder_search_done)

/* Whether it has ended, and its device is not free yet. */
bool lease_holder_is_left(json_object *lease);

/* Adds to a lease, of the object at @path, the members "Holders" (an array of
 * objects with pid, command, cgroup, use and count), "Openers", "Mapped" and
 * "Pinned", those that are known. */
void lease_holder_add(struct lease_holder_search *search, const char *path,
		      json_object *lease);

/* "812 (child, mapped, far.service) and 1 more", or with @all each of them; to
 * be freed. "": there is none; NULL: out of memory. */
char *lease_holder_text(json_object *lease, bool all);

#endif
