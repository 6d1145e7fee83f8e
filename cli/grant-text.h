/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_GRANT_TEXT_H
#define CLI_GRANT_TEXT_H

#include <json.h>

#include "policy/grant.h"
#include "survey/survey.h"

/* What a device of a pool is to it: idle, in reserve, or a lease's. */

/* The grant that the device is of; NULL: none is. */
const struct policy_grant *grant_text_find(const struct policy_grants *grants,
					   const struct plan_item *item);

/* The pool that its memory is of, or NULL. */
const char *grant_text_pool(const struct policy_grants *grants,
			    const struct plan_item *item);

/* "idle", "reserve", "waiting" (it is made), "active", "draining" or
 * "releasing"; NULL: it is of no pool, or not laid out yet. */
const char *grant_text_state(const struct policy_grants *grants,
			     const struct plan_item *item);

/* To be freed; NULL: it is nobody's. Its id; and "user 1000 (db,
 * postgresql.service, process 812)". */
char *grant_text_id(const struct policy_grants *grants,
		    const struct plan_item *item);
char *grant_text_owner(const struct policy_grants *grants,
		       const struct plan_item *item);

/* All of that as JSON, to be freed; NULL: it is nobody's. */
json_object *grant_text_object(const struct policy_grants *grants,
			       const struct plan_item *item);

#endif
