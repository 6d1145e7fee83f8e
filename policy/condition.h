/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_CONDITION_H
#define POLICY_CONDITION_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/match-value.h"
#include "policy/reason.h"
#include "policy/setting-row.h"
#include "policy/subject.h"

/* One key of a [Match] section with all values assigned to it. */
struct policy_condition {
	const struct policy_setting *setting;
	const char *source;  /* name of the file of its first value */
	unsigned int line;   /* there, or of an assignment of nothing */
	unsigned int column; /* of the key there */
	char *text; /* the values as they would stand in one file, once the
		     * condition is complete */
	struct policy_value *values;
	size_t n_values;
	bool had_value; /* values were assigned, though maybe reset since */
	bool uncertain; /* some of its values could not be read */
};

void policy_condition_done(struct policy_condition *condition);

/*
 * Adds the values of one assignment, or forgets all when @text is empty.
 * Returns 0; -EINVAL, in *ret_message, to be freed, what is wrong and in
 * *ret_at where in @text (the condition is uncertain then); or -ENOMEM.
 */
int policy_condition_assign(struct policy_condition *condition,
			    const char *text, const char **ret_at,
			    char **ret_message);

/*
 * How a condition answers: POLICY_FITS, POLICY_DIFFERS, or POLICY_UNDECIDED
 * when the fact could not be read. With "!" on some values and not on others,
 * none of the former and one of the latter must fit.
 */
enum policy_answer
policy_condition_ask(const struct policy_condition *condition,
		     const struct policy_subject *subject);

/* Whether it is about single devices, as a rule, so that most differ in it. */
bool policy_condition_is_sharp(const struct policy_condition *condition);

/* To be called once, when all values are assigned: sets text. Returns 0 or
 * -ENOMEM. */
int policy_condition_finish(struct policy_condition *condition);

/* What the device has instead: the fact, "none" or "unknown"; to be freed.
 * NULL: out of memory. */
char *policy_condition_have(const struct policy_condition *condition,
			    const struct policy_subject *subject);

#endif
