// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lib/lease.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "basic/names.h"
#include "lib/fault.h"

struct daxbroker_lease *lease_new(void)
{
	struct daxbroker_lease *lease = calloc(1, sizeof(*lease));

	if (!lease)
		return NULL;
	lease->link = LINK_NONE;
	lease->node = lease->device_fd = lease->lease_fd = -1;
	return lease;
}

bool lease_is_id(const char *text)
{
	return strspn(text, "0123456789abcdef") == LEASE_ID_MAX - 1 &&
	       !text[LEASE_ID_MAX - 1];
}

/* An id may begin with a digit, which only the encoded form of a path can. */
int lease_set_path(struct daxbroker_lease *lease, const char *path)
{
	_cleanup_free_ char *id = NULL;

	if (sd_bus_path_decode(path, BUS_PATH "/lease", &id) <= 0 ||
	    !lease_is_id(id))
		return -EINVAL;
	free(lease->path);
	lease->path = strdup(path);
	if (!lease->path)
		return -ENOMEM;
	memcpy(lease->id, id, LEASE_ID_MAX);
	return 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void lease_drop(struct daxbroker_lease *lease)
{
	close_fd(&lease->device_fd);
	close_fd(&lease->lease_fd);
	lease->link.fresh = true;
}

_public_ void daxbroker_lease_free(struct daxbroker_lease *lease)
{
	if (!lease)
		return;
	for (size_t i = 0; i < lease->n_mappings; i++)
		munmap(lease->mappings[i].address, lease->mappings[i].length);
	lease_drop(lease);
	link_close(&lease->link);
	free(lease->mappings);
	free(lease->path);
	free(lease->device_path);
	free(lease->name);
	free(lease);
}

_public_ const char *daxbroker_lease_get_id(const struct daxbroker_lease *lease)
{
	return lease->id;
}

_public_ const char *
daxbroker_lease_get_name(const struct daxbroker_lease *lease)
{
	return lease->name ? lease->name : "";
}

_public_ uint64_t daxbroker_lease_get_size(const struct daxbroker_lease *lease)
{
	return lease->size;
}

_public_ uint64_t daxbroker_lease_get_align(const struct daxbroker_lease *lease)
{
	return lease->align;
}

_public_ int daxbroker_lease_get_node(const struct daxbroker_lease *lease)
{
	return lease->node;
}

_public_ const char *
daxbroker_lease_get_incarnation(const struct daxbroker_lease *lease)
{
	return lease->incarnation;
}

_public_ const char *
daxbroker_lease_get_path(const struct daxbroker_lease *lease)
{
	return lease->device_path ? lease->device_path : "";
}

_public_ int daxbroker_lease_get_device_fd(const struct daxbroker_lease *lease)
{
	return lease->device_fd;
}

_public_ int daxbroker_lease_get_lease_fd(const struct daxbroker_lease *lease)
{
	return lease->lease_fd;
}

_public_ int daxbroker_lease_get_event_fd(const struct daxbroker_lease *lease)
{
	return lease->link.epoll;
}
