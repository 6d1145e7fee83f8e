/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_FLEET_H
#define CLI_FLEET_H

#include "cli/verb.h"
#include "cli/view.h"

/* Looks at one machine of --facts. */
typedef void (*fleet_fn)(const struct view *view, void *data);

/*
 * Decides for the machine of each file of --facts and calls @each with it, one
 * after the other, so that it does not matter how many there are. A file that
 * cannot be used is told of. Returns the worst that happened.
 */
enum exit_code fleet_each(const struct arguments *arguments,
			  const struct policy_set *policies, fleet_fn each,
			  void *data);

static inline size_t fleet_size(const struct arguments *arguments)
{
	return 1 + arguments->n_words;
}

#endif
