/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIB_REQUEST_H
#define LIB_REQUEST_H

#include <systemd/sd-bus.h>

#include "lib/daxbroker.h"

/* The object of the pool, and the arguments of Acquire(). Owned by @request. */
const char *request_path(const struct daxbroker_request *request);
int request_append(const struct daxbroker_request *request,
		   sd_bus_message *message);
uint64_t request_timeout(const struct daxbroker_request *request);

#endif
