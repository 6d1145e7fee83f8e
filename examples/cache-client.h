/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EXAMPLES_CACHE_CLIENT_H
#define EXAMPLES_CACHE_CLIENT_H

#include <stdbool.h>

#include "examples/cache-memory.h"

/*
 * A connection, and its protocol of lines:
 *
 *   SET KEY SIZE, and SIZE bytes   OK
 *   GET KEY                        VALUE SIZE, and SIZE bytes; or MISS
 *   DEL KEY                        OK, or MISS
 *   STAT                           NAME NUMBER for each, and END
 *
 * or "ERROR TEXT". Without memory, nothing is there and nothing is kept.
 */
struct cache_client {
	int in, out;
	char *input; /* what came and was not answered yet */
	size_t n_input, input_room;
	char *output; /* what is still to be sent */
	size_t n_output, output_room;
	bool ended; /* nothing more comes */
};

#define CACHE_VALUE_MAX (16u << 20)

void cache_client_close(struct cache_client *client);

/* Poll for these (poll(2)). */
short cache_client_events(const struct cache_client *client);

/* Reads and answers what there is: false: it is to be closed. @memory may be
 * NULL. */
bool cache_client_process(struct cache_client *client, short events,
			  struct cache_memory *memory);

#endif
