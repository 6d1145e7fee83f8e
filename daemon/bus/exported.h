/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAEMON_BUS_EXPORTED_H
#define DAEMON_BUS_EXPORTED_H

#include <stdint.h>

#include "daemon/bus/kind.h"

struct call_queue;

/* An object on the bus. */
struct exported {
	const struct export *export;
	char *path;
	const void *item; /* owned where it is a copy */
	uint64_t *hashes; /* of its properties, as signalled last */
	bool fresh;	  /* it is yet to be signalled itself */
	bool touched;	  /* it may be another than was signalled */
};

/* The objects of a kind. */
struct export
{
	const struct kind *kind;
	size_t copied; /* bytes of an item, of which copies are kept; 0: items
			* are borrowed */
	struct call_queue *calls;  /* for their methods */
	sd_bus *connection;	   /* NULL: there is none */
	struct exported **objects; /* by path */
	size_t n;
	struct exported **next; /* between begin and end */
	size_t n_next;
	int error; /* of what was put there */
};

#endif
