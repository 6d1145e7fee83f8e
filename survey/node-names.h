/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SURVEY_NODE_NAMES_H
#define SURVEY_NODE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "basic/cleanup.h"
#include "survey/survey.h"

/* NodeName=@name is that of @node, for the memory of @device. */
struct node_name {
	char *name;
	int node;
	char *device; /* "dax0.0" */
};

/*
 * The NodeName= of a machine's nodes. Several devices can have one, of one
 * node or of several: it stands for all of these. The daemon publishes those
 * in force as a file in RUN_DIR that anybody can read: each line has a name,
 * a node and a device.
 */
struct node_names {
	struct node_name *items;
	size_t n;
};

void node_names_clear(struct node_names *names);
#define _cleanup_node_names_ _cleanup_(node_names_clear)

/* Adds one. Returns 0 or -ENOMEM. */
int node_names_add(struct node_names *names, const char *name, int node,
		   const char *device);

/* What the policies of @survey say, in the order of its devices. Returns 0 or
 * -ENOMEM; *ret is to be cleared. */
int node_names_collect(const struct survey *survey, struct node_names *ret);

/* Those in force. Returns 0; -ENOENT: no daemon has published any since the
 * machine was booted; or another negative errno. */
int node_names_read(int root_fd, struct node_names *ret);

/* The file's text, to be freed; NULL: out of memory. */
char *node_names_text(const struct node_names *names);

/* The first name of @names behind @last (NULL: the first of all) that is
 * @name; NULL: there is none. */
const struct node_name *node_names_next(const struct node_names *names,
					const char *name,
					const struct node_name *last);

/* The node that @name stands for; -1: for none, or for several. */
int node_names_only_node(const struct node_names *names, const char *name);

/* True while the memory of its device is the node's: says sysfs, now. */
bool node_names_is_present(int root_fd, const struct node_name *name);

#endif
