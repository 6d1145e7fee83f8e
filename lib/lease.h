/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIB_LEASE_H
#define LIB_LEASE_H

#include <stdbool.h>
#include <stdint.h>

#include "basic/cleanup.h"
#include "lib/daxbroker.h"
#include "lib/link.h"

/* 64 bits in hexadecimal digits. */
#define LEASE_ID_MAX 17
/* 128 bits. */
#define LEASE_INCARNATION_MAX 33

/* An address range that daxbroker_lease_map() has made. */
struct lease_mapping {
	void *address;
	uint64_t length;
};

struct daxbroker_lease {
	struct link link;
	char *path;	   /* of its object */
	char *name;	   /* NULL: none */
	char *device_path; /* NULL: none */
	char id[LEASE_ID_MAX];
	char incarnation[LEASE_INCARNATION_MAX];
	uint64_t size, align;
	int node;
	int device_fd, lease_fd; /* -1: none */
	bool stored;		 /* systemd has copies */
	struct lease_mapping *mappings;
	size_t n_mappings;
	/* What is and what the caller knows of it. */
	uint64_t deadline, deadline_reported;
	bool gone, gone_reported;
	bool poisoned;
	uint64_t poison_offset, poison_length;
};

/* One without descriptors and a link, to be freed with daxbroker_lease_free().
 * NULL: out of memory. */
struct daxbroker_lease *lease_new(void);

/* What was had of it is left: for another one, on the same link. */
void lease_drop(struct daxbroker_lease *lease);

/* Sets the object's path, and the id, which is its last part. 0, -EINVAL or
 * -ENOMEM. */
int lease_set_path(struct daxbroker_lease *lease, const char *path);

/* A lease's id: 16 hexadecimal digits. */
bool lease_is_id(const char *text);

static inline void lease_cleanup(struct daxbroker_lease **lease)
{
	daxbroker_lease_free(*lease);
}
#define _cleanup_lease_ _cleanup_(lease_cleanup)

#endif
