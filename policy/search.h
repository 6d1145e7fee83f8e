/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SEARCH_H
#define POLICY_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

/* A file as somebody would have it, before it is written. */
struct policy_draft {
	const char *path; /* below the root: "etc/daxbroker/x.region" */
	const char *text;
	size_t size;
};

/* Where policy files are searched. */
struct policy_search {
	int root_fd;
	unsigned int trusted_uid;
	const char *prefix; /* what stands before a path below the root in the
			     * names of files; NULL: "/" */
	bool flat;	    /* all files are in the root itself, not in
			     * POLICY_DIR_ETC and the others below it */
	const struct policy_draft *draft; /* counts as if it were there; or NULL
					   */
	const struct policy_search *machine; /* whose overrides count with
					      * these files; NULL: their own */
};

#endif
