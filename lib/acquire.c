// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <fcntl.h>

#include "basic/names.h"
#include "lib/event.h"
#include "lib/fault.h"
#include "lib/lease.h"
#include "lib/request.h"

/* The message keeps its own copies. */
static int take_fd(int fd, int *ret)
{
	const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (copy < 0)
		return -errno;
	*ret = copy;
	return 0;
}

static int read_answer(struct daxbroker_lease *lease, sd_bus_message *m)
{
	int device, fifo, r;
	const char *path;

	r = sd_bus_message_read(m, "hho", &device, &fifo, &path);
	if (r >= 0)
		r = lease_set_path(lease, path);
	if (r >= 0)
		r = take_fd(device, &lease->device_fd);
	if (r >= 0)
		r = take_fd(fifo, &lease->lease_fd);
	return r;
}

static int ask(struct daxbroker_lease *lease,
	       const struct daxbroker_request *request, char **ret_error)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL,
							*reply = NULL;
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = link_new_call(&lease->link, request_path(request),
			  BUS_POOL_INTERFACE, "Acquire", &m);
	if (r >= 0)
		r = request_append(request, m);
	if (r >= 0)
		r = sd_bus_call(lease->link.bus, m, request_timeout(request),
				&error, &reply);
	if (r >= 0)
		r = read_answer(lease, reply);
	if (r < 0)
		r = fault_set_bus(ret_error, &error, r);
	sd_bus_error_free(&error);
	return r;
}

_public_ int daxbroker_acquire(const struct daxbroker_request *request,
			       struct daxbroker_lease **ret, char **ret_error)
{
	_cleanup_lease_ struct daxbroker_lease *lease = lease_new();
	int r;

	if (ret_error)
		*ret_error = NULL;
	if (!lease)
		return -ENOMEM;
	r = link_open(&lease->link);
	if (r < 0)
		return fault_set_bus(ret_error, &SD_BUS_ERROR_NULL, r);
	r = ask(lease, request, ret_error);
	if (r >= 0)
		r = event_subscribe(lease, ret_error);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(lease);
	return 0;
}

/* What others have of it ends as well. */
static int end(struct daxbroker_lease *lease)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	int r;

	if (lease->gone)
		return 0;
	if (!lease->link.bus)
		return -ENOTCONN;
	r = link_new_call(&lease->link, lease->path, BUS_LEASE_INTERFACE,
			  "Release", &m);
	if (r >= 0)
		r = sd_bus_call(lease->link.bus, m, 0, NULL, NULL);
	return r < 0 ? r : 0;
}

_public_ int daxbroker_lease_release(struct daxbroker_lease *lease)
{
	int r, q;

	r = lease->stored ? daxbroker_lease_unstore(lease) : 0;
	q = end(lease);
	daxbroker_lease_free(lease);
	return r < 0 ? r : q;
}
