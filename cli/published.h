/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_PUBLISHED_H
#define CLI_PUBLISHED_H

#include "cli/verb.h"
#include "survey/node-names.h"

/*
 * The NodeName= in force below @root_fd, which is --root: those that the
 * daemon has published. Below another root than "/" where none has, those of
 * the policy files. Returns EXIT_OK; EXIT_UNREACHABLE: no daemon has run; or
 * EXIT_ERROR after saying why.
 */
enum exit_code published_names(const struct arguments *arguments, int root_fd,
			       struct node_names *ret);

/* What the policy files say, as far as this caller can read them. */
enum exit_code published_drafts(const struct arguments *arguments,
				struct node_names *ret);

#endif
