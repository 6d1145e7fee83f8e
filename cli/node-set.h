/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_NODE_SET_H
#define CLI_NODE_SET_H

#include <stddef.h>

#include "basic/cleanup.h"
#include "cli/verb.h"

/* Numbers of NUMA nodes, ascending, each once. */
struct node_set {
	int *nodes;
	size_t n;
};

void node_set_clear(struct node_set *set);
#define _cleanup_node_set_ _cleanup_(node_set_clear)

/*
 * Adds the nodes that have the name (NodeName=) below @root_fd, that of --root,
 * and memory. Returns EXIT_OK: all of its memory is there; EXIT_PENDING: some
 * of it is not; EXIT_NOT_FOUND: there is no such name; EXIT_POLICY: only in a
 * file that is not in force; EXIT_UNREACHABLE: no daemon has run; EXIT_ERROR.
 * All but the first are said.
 */
enum exit_code node_set_add_name(struct node_set *set,
				 const struct arguments *arguments, int root_fd,
				 const char *name);

/* Nothing is said: the name is in force, and all of its memory is there. */
bool node_set_name_is_there(const struct arguments *arguments, int root_fd,
			    const char *name);

/* Adds one node. Returns 0 or -ENOMEM. */
int node_set_add(struct node_set *set, int node);

#endif
