/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_NODE_NAMES_H
#define BROKER_NODE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "survey/survey.h"

/*
 * Which NodeName= udev and systemd know each node by. Both ask for it only at
 * an event of the node, and a new policy makes none. While systemd has a name
 * for one node it ignores it for another, so the node that loses it comes
 * first.
 */
struct node_names {
	struct node_name_entry *items;
	size_t n;
	bool begun; /* before, somebody else may have announced any name */
};

void node_names_clear(struct node_names *names);

/*
 * Has udev process each node whose name is another than it was. Returns true
 * when there are some left, for a later call: their names must be given up by
 * others before.
 */
bool node_names_announce(struct node_names *names, int root_fd,
			 const struct survey *survey);

#endif
