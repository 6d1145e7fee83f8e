/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SET_LOAD_H
#define POLICY_SET_LOAD_H

#include "policy/search.h"
#include "policy/set.h"

/*
 * Loads the policies and daxbroker.conf of POLICY_DIR_ETC, _RUN and _USR below
 * @root_fd, with their drop-ins. A directory that is missing is an empty one. A
 * faulty file is a diagnostic, not a failure.
 *
 * A file decides only if it is regular, owned by uid 0 or @trusted_uid, and not
 * writable for group or others; so must its directory be. @trusted_uid is for
 * tests and recorded trees; it is 0 for the running system.
 *
 * Returns 0 and *ret, to be freed with policy_set_free(); or -ENOMEM, or an
 * error of openat(2) or readdir(3) other than ENOENT.
 */
int policy_set_load(int root_fd, unsigned int trusted_uid,
		    struct policy_set **ret);

/* The same elsewhere, or with a draft. */
int policy_set_load_from(const struct policy_search *search,
			 struct policy_set **ret);

#endif
