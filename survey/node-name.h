/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SURVEY_NODE_NAME_H
#define SURVEY_NODE_NAME_H

#include "survey/survey.h"

enum node_name_result {
	NODE_NAME_FOUND,
	NODE_NAME_UNKNOWN,   /* no policy that decided says NodeName=NAME */
	NODE_NAME_ABSENT,    /* its device is not system RAM now */
	NODE_NAME_AMBIGUOUS, /* devices of different nodes claim it */
};

/* The number behind a NodeName. *ret_node is set when it was found; ABSENT
 * sets it to the node that it would be. */
enum node_name_result node_name_lookup(const struct survey *survey,
				       const char *name, int *ret_node);

/* The NodeName of node @node among devices that are system RAM now, owned by
 * @survey; NULL: it has none, or one that another node has, too. */
const char *node_name_of(const struct survey *survey, int node);

#endif
