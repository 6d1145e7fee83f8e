/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SET_TEXT_H
#define POLICY_SET_TEXT_H

#include "policy/set.h"

/* A set of texts that need not be where policies are searched, to be checked.
 */

/* Without files. NULL: out of memory. */
struct policy_set *policy_set_text_new(void);

/*
 * Adds the file called @name, whose name says what it is: daxbroker.conf, a
 * drop-in of it ("daxbroker.conf.d/x.conf"), a drop-in of a policy
 * ("x.region.d/y.conf"), else a policy. What a drop-in lacks is no mistake.
 * policy_set_finish() is to follow. Returns 0 or -ENOMEM.
 */
int policy_set_text_add(struct policy_set *set, const char *name,
			const char *text, size_t size);

#endif
