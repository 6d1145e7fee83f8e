// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "basic/names.h"
#include "lib/event.h"
#include "lib/fault.h"
#include "lib/inherited.h"
#include "lib/lease.h"

static int notify(const char *state, const int *fds, unsigned int n)
{
	const int r = sd_pid_notify_with_fds(0, 0, state, fds, n);

	return r == 0 ? -ENOTCONN : r < 0 ? r : 0;
}

/* FDPOLL=0: a FIFO without a reader would leave the store, and while the daemon
 * is restarted nobody reads. */
static int store_one(const char *name, const char *id, int fd)
{
	char state[128];

	snprintf(state, sizeof(state), "FDSTORE=1\nFDPOLL=0\nFDNAME=%s-%s",
		 name, id);
	return notify(state, &fd, 1);
}

static int remove_one(const char *name, const char *id)
{
	char state[128];

	snprintf(state, sizeof(state), "FDSTOREREMOVE=1\nFDNAME=%s-%s", name,
		 id);
	return notify(state, NULL, 0);
}

_public_ int daxbroker_lease_store(struct daxbroker_lease *lease)
{
	int r;

	r = store_one(LEASE_FD_DEVICE, lease->id, lease->device_fd);
	if (r < 0)
		return r;
	lease->stored = true;
	r = store_one(LEASE_FD_LEASE, lease->id, lease->lease_fd);
	if (r < 0)
		daxbroker_lease_unstore(lease);
	return r;
}

_public_ int daxbroker_lease_unstore(struct daxbroker_lease *lease)
{
	int r, q;

	r = remove_one(LEASE_FD_DEVICE, lease->id);
	q = remove_one(LEASE_FD_LEASE, lease->id);
	if (r >= 0 && q >= 0)
		lease->stored = false;
	return r < 0 ? r : q;
}

/* The lease with this id, as the daemon knows it. */
static int open_known(const char *id, struct daxbroker_lease **ret,
		      char **ret_error)
{
	_cleanup_lease_ struct daxbroker_lease *lease = lease_new();
	_cleanup_free_ char *path = NULL;
	int r;

	if (!lease || sd_bus_path_encode(BUS_PATH "/lease", id, &path) < 0)
		return -ENOMEM;
	r = lease_set_path(lease, path);
	if (r >= 0)
		r = link_open(&lease->link);
	if (r < 0)
		return fault_set_bus(ret_error, &SD_BUS_ERROR_NULL, r);
	r = event_subscribe(lease, ret_error);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(lease);
	return 0;
}

static int take(struct daxbroker_lease *lease,
		const struct inherited *inherited)
{
	const int r = inherited_take(inherited);

	if (r < 0)
		return r;
	lease->device_fd = inherited->device_fd;
	lease->lease_fd = inherited->lease_fd;
	lease->stored = inherited->stored;
	return 0;
}

_public_ int daxbroker_lease_from_environment(struct daxbroker_lease **ret,
					      char **ret_error)
{
	_cleanup_lease_ struct daxbroker_lease *lease = NULL;
	struct inherited inherited;
	size_t i = 0;
	int r;

	if (ret_error)
		*ret_error = NULL;
	do
		r = inherited_get(i++, &inherited);
	while (r > 0 && inherited.stored);
	if (r < 0)
		return r;
	if (r == 0)
		return fault_set(ret_error, -ENOENT,
				 "this program was not started by \"daxbroker "
				 "lease run\"");
	r = open_known(inherited.id, &lease, ret_error);
	if (r >= 0)
		r = take(lease, &inherited);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(lease);
	return 0;
}

/* What the search for a name has found. */
struct search {
	const char *name; /* NULL: any */
	struct daxbroker_lease *lease;
	struct inherited inherited;
};

static void search_end(struct search *search)
{
	daxbroker_lease_free(search->lease);
}

/* Is it this one? One that the daemon does not know is nobody's. */
static int compare(struct search *search, const struct inherited *inherited,
		   char **ret_error)
{
	_cleanup_lease_ struct daxbroker_lease *lease = NULL;
	int r;

	r = open_known(inherited->id, &lease, ret_error);
	if (r == -ENOENT) {
		if (ret_error) {
			free(*ret_error);
			*ret_error = NULL;
		}
		return 0;
	}
	if (r < 0)
		return r;
	if (search->name &&
	    strcmp(search->name, daxbroker_lease_get_name(lease)) != 0)
		return 0;
	if (search->lease)
		return fault_set(ret_error, -ENOTUNIQ,
				 "systemd has kept more than one such lease");
	search->lease = TAKE_PTR(lease);
	search->inherited = *inherited;
	return 0;
}

static int find(struct search *search, char **ret_error)
{
	struct inherited inherited;
	int r;

	for (size_t i = 0; (r = inherited_get(i, &inherited)) > 0; i++) {
		if (!inherited.stored)
			continue;
		r = compare(search, &inherited, ret_error);
		if (r < 0)
			return r;
	}
	if (r == 0 && !search->lease)
		return fault_set(ret_error, -ENOENT,
				 "systemd has kept no such lease");
	return r;
}

_public_ int daxbroker_lease_restore(const char *name,
				     struct daxbroker_lease **ret,
				     char **ret_error)
{
	_cleanup_(search_end) struct search search = { .name = name };
	int r;

	if (ret_error)
		*ret_error = NULL;
	r = find(&search, ret_error);
	if (r >= 0)
		r = take(search.lease, &search.inherited);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(search.lease);
	return 0;
}
