/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_FLEET_H
#define CLI_FLEET_H

#include "cli/verb.h"
#include "cli/view.h"

/* Does something with one machine. */
typedef void (*fleet_fn)(const struct view *view, void *data);

/*
 * Calls @each with the machine below --root; or, with --facts, with the machine
 * of each file in turn, so that it does not matter how many there are. Says why
 * a file cannot be used. Returns the worst that happened.
 */
enum exit_code fleet_each(const struct arguments *arguments, fleet_fn each,
			  void *data);

/* The same for the files of --facts, with policies that are loaded already. */
enum exit_code fleet_each_document(const struct arguments *arguments,
				   const struct policy_set *policies,
				   fleet_fn each, void *data);

static inline size_t fleet_size(const struct arguments *arguments)
{
	return 1 + arguments->n_words;
}

#endif
