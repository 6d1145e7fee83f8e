// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

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

/* A request that is on its way. */
struct attempt {
	const struct daxbroker_request *request;
	uint64_t begun;
};

static uint64_t left_of(const struct attempt *attempt, uint64_t usec)
{
	const uint64_t spent = link_now() - attempt->begun;

	if (usec == DAXBROKER_FOREVER)
		return usec;
	return usec > spent ? usec - spent : 0;
}

static uint64_t wait_left(const struct attempt *attempt)
{
	return left_of(attempt, request_wait(attempt->request));
}

static uint64_t time_left(const struct attempt *attempt)
{
	return left_of(attempt, request_timeout(attempt->request));
}

static int ask(struct daxbroker_lease *lease, const struct attempt *attempt,
	       uint64_t wait, char **ret_error)
{
	const struct daxbroker_request *request = attempt->request;
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL,
							*reply = NULL;
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = link_new_call(&lease->link, request_path(request),
			  BUS_POOL_INTERFACE, "Acquire", &m);
	if (r >= 0)
		r = request_append(request, wait, m);
	/* For sd-bus 0 is no time but its default. */
	if (r >= 0)
		r = sd_bus_call(lease->link.bus, m, time_left(attempt) ?: 1,
				&error, &reply);
	if (r >= 0)
		r = link_set_owner(&lease->link,
				   sd_bus_message_get_sender(reply) ?: "");
	if (r >= 0)
		r = read_answer(lease, reply);
	if (r < 0)
		r = fault_set_bus(ret_error, &error, r);
	sd_bus_error_free(&error);
	return r;
}

/* The daemon has left the bus, and another one is there while the request may
 * wait. */
static bool is_followed(struct daxbroker_lease *lease,
			const struct attempt *attempt)
{
	const uint64_t wait = wait_left(attempt), time = time_left(attempt);
	const uint64_t least = wait < time ? wait : time;

	return least > 0 && link_wait_daemon(&lease->link, least) > 0 &&
	       wait_left(attempt) > 0 && time_left(attempt) > 0;
}

static int ask_and_subscribe(struct daxbroker_lease *lease,
			     const struct attempt *attempt, uint64_t wait,
			     char **ret_error)
{
	int r = ask(lease, attempt, wait, ret_error);

	if (r < 0)
		return r;
	r = event_subscribe(lease, ret_error);
	if (r != -ENOENT)
		return r;
	/* Or the daemon is another one, and does not know it yet. */
	if (ret_error)
		free(TAKE_PTR(*ret_error));
	return fault_set(ret_error, -ECONNRESET,
			 "the lease has ended already; ask for it again");
}

/*
 * One that may wait is not lost with the daemon. Nothing is had twice: a lease
 * lives as long as its descriptor is open. That of an answer which did not
 * arrive is closed, and so is what was had of a daemon that is gone.
 */
static int ask_until_answered(struct daxbroker_lease *lease,
			      const struct attempt *attempt, char **ret_error)
{
	int r = ask_and_subscribe(lease, attempt,
				  request_wait(attempt->request), ret_error);

	while ((r == -ECONNRESET || r == -EHOSTDOWN) &&
	       is_followed(lease, attempt)) {
		if (ret_error)
			free(TAKE_PTR(*ret_error));
		lease_drop(lease);
		r = ask_and_subscribe(lease, attempt, wait_left(attempt),
				      ret_error);
	}
	return r;
}

_public_ int daxbroker_acquire(const struct daxbroker_request *request,
			       struct daxbroker_lease **ret, char **ret_error)
{
	const struct attempt attempt = { request, link_now() };
	_cleanup_lease_ struct daxbroker_lease *lease = lease_new();
	int r;

	if (ret_error)
		*ret_error = NULL;
	if (!lease)
		return -ENOMEM;
	r = link_open(&lease->link);
	if (r < 0)
		return fault_set_bus(ret_error, &SD_BUS_ERROR_NULL, r);
	r = ask_until_answered(lease, &attempt, ret_error);
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
