/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIB_REQUEST_H
#define LIB_REQUEST_H

#include <systemd/sd-bus.h>

#include "lib/daxbroker.h"

/* The object of the pool, owned by @request. */
const char *request_path(const struct daxbroker_request *request);
/* The arguments of Acquire(), of which so much time to wait is left. */
int request_append(const struct daxbroker_request *request, uint64_t wait,
		   sd_bus_message *message);
/* In us; both may be DAXBROKER_FOREVER. */
uint64_t request_wait(const struct daxbroker_request *request);
uint64_t request_timeout(const struct daxbroker_request *request);

#endif
