/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include "cli/verb.h"
#include "policy/search.h"
#include "survey/survey.h"

/*
 * What the read-only verbs show: a survey below --root, and the devices of
 * it that the command line names (all, when it names none).
 */
struct view {
	const char *host; /* of --facts: its name, or that of the file; else
			   * NULL */
	const struct policy_set *policies; /* that decided */
	struct policy_set *own; /* the same, or NULL: they are another's */
	struct survey *survey;
	const struct plan_item **items; /* of survey */
	size_t n_items;
};

/* Returns EXIT_OK, or the status to exit with after saying why. Says on
 * standard error what an unprivileged caller does not get to see. */
enum exit_code view_take(const struct arguments *arguments, struct view *ret);
void view_done(struct view *view);
#define _cleanup_view_ _cleanup_(view_done)

/* Finds who uses the devices, whether a switch is due or not. Returns EXIT_OK,
 * also where this user may not see all; or says why it cannot. */
enum exit_code view_load_users(const struct arguments *arguments,
			       const struct view *view);

/* The same of what they hold, where a survey did not need it. What NeverTouch=
 * excludes is not read. */
enum exit_code view_load_content(const struct arguments *arguments,
				 const struct view *view);

/* Warns when the caller may not read all of @snapshot. */
void view_warn_partial(const struct facts_snapshot *snapshot);

/* Opens --root. Returns a descriptor, or -1 after saying why. */
int view_open_root(const struct arguments *arguments);

/* Whose files are trusted besides root's below @root_fd, that of --root. */
unsigned int view_trusted_uid(const struct arguments *arguments, int root_fd);

/* Loads the policies of --policies, else those below --root, or says why it
 * cannot. */
enum exit_code view_load_policies(const struct arguments *arguments,
				  struct policy_set **ret);

/* Opens the directory below which they are, where a file's name without its
 * first *ret_prefix bytes is. Returns a descriptor, or -1 after saying why. */
int view_open_policies(const struct arguments *arguments, size_t *ret_prefix);

/* The same with @draft for a file, which may be NULL. */
enum exit_code view_load_draft(const struct arguments *arguments,
			       const struct policy_draft *draft,
			       struct policy_set **ret);

/* The machine below --root as @policies decide, which stay the caller's. */
enum exit_code view_take_with(const struct arguments *arguments,
			      const struct policy_set *policies,
			      struct view *ret);

/* Takes over @survey with all of its devices. Returns 0 or -ENOMEM. */
int view_make(struct survey *survey, const struct policy_set *policies,
	      struct view *ret);

#endif
