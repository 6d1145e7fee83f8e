// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lib/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/names.h"
#include "lib/fault.h"

struct daxbroker_request {
	char *path; /* of the pool */
	uint64_t size, align, wait, timeout;
	int node;
	char *name; /* NULL: none */
	bool zero, revocable, by_path;
};

_public_ int daxbroker_request_new(const char *pool, uint64_t size,
				   struct daxbroker_request **ret)
{
	struct daxbroker_request *request;

	if (!pool || !*pool || size == 0)
		return -EINVAL;
	request = calloc(1, sizeof(*request));
	if (!request)
		return -ENOMEM;
	if (sd_bus_path_encode(BUS_PATH "/pool", pool, &request->path) < 0) {
		free(request);
		return -ENOMEM;
	}
	request->size = size;
	request->node = -1;
	request->timeout = DAXBROKER_FOREVER;
	*ret = request;
	return 0;
}

_public_ void daxbroker_request_free(struct daxbroker_request *request)
{
	if (!request)
		return;
	free(request->path);
	free(request->name);
	free(request);
}

_public_ int daxbroker_request_set_align(struct daxbroker_request *request,
					 uint64_t align)
{
	if (align & (align - 1))
		return -EINVAL;
	request->align = align;
	return 0;
}

_public_ int daxbroker_request_set_node(struct daxbroker_request *request,
					int node)
{
	if (node < -1)
		return -EINVAL;
	request->node = node;
	return 0;
}

_public_ int daxbroker_request_set_name(struct daxbroker_request *request,
					const char *name)
{
	char *copy;

	if (!name || !*name)
		return -EINVAL;
	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	free(request->name);
	request->name = copy;
	return 0;
}

_public_ int daxbroker_request_set_wait(struct daxbroker_request *request,
					uint64_t usec)
{
	request->wait = usec;
	return 0;
}

_public_ int daxbroker_request_set_zero(struct daxbroker_request *request,
					bool zero)
{
	request->zero = zero;
	return 0;
}

_public_ int daxbroker_request_set_revocable(struct daxbroker_request *request,
					     bool revocable)
{
	request->revocable = revocable;
	return 0;
}

_public_ int daxbroker_request_set_path(struct daxbroker_request *request,
					bool path)
{
	request->by_path = path;
	return 0;
}

_public_ int daxbroker_request_set_timeout(struct daxbroker_request *request,
					   uint64_t usec)
{
	if (usec == 0)
		return -EINVAL;
	request->timeout = usec;
	return 0;
}

const char *request_path(const struct daxbroker_request *request)
{
	return request->path;
}

uint64_t request_wait(const struct daxbroker_request *request)
{
	return request->wait;
}

uint64_t request_timeout(const struct daxbroker_request *request)
{
	return request->timeout;
}

/* What is the default is left out: a daemon that does not know it has it. */
static int append_options(const struct daxbroker_request *request,
			  uint64_t wait, sd_bus_message *m)
{
	int r = 0;

	if (request->align)
		r = sd_bus_message_append(m, "{sv}", "align", "t",
					  request->align);
	if (r >= 0 && request->node >= 0)
		r = sd_bus_message_append(m, "{sv}", "node", "i",
					  request->node);
	if (r >= 0 && request->name)
		r = sd_bus_message_append(m, "{sv}", "name", "s",
					  request->name);
	if (r >= 0 && wait)
		r = sd_bus_message_append(m, "{sv}", "wait", "t", wait);
	if (r >= 0 && request->zero)
		r = sd_bus_message_append(m, "{sv}", "zero", "b", 1);
	if (r >= 0 && request->revocable)
		r = sd_bus_message_append(m, "{sv}", "revocable", "b", 1);
	if (r >= 0 && request->by_path)
		r = sd_bus_message_append(m, "{sv}", "path", "b", 1);
	return r;
}

int request_append(const struct daxbroker_request *request, uint64_t wait,
		   sd_bus_message *message)
{
	int r;

	r = sd_bus_message_append(message, "t", request->size);
	if (r >= 0)
		r = sd_bus_message_open_container(message, 'a', "{sv}");
	if (r >= 0)
		r = append_options(request, wait, message);
	if (r >= 0)
		r = sd_bus_message_close_container(message);
	return r < 0 ? r : 0;
}
