/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_FACT_H
#define POLICY_FACT_H

#include <stdbool.h>

#include "policy/match-value.h"
#include "policy/setting-row.h"
#include "policy/subject.h"

/* How a kind of fact of a device is compared with a value of a file. Only
 * unknown() is called for a fact that could not be read. */
struct policy_fact {
	bool is_range; /* the value's low and high say what fits */
	/* The device has none. */
	bool (*absent)(const struct policy_setting *setting,
		       const struct policy_subject *subject);
	/* Whether @value fits is unknown: the part of the fact that it asks
	 * for could not be read. NULL: the setting's bit says so. */
	bool (*unknown)(const struct policy_setting *setting,
			const struct policy_value *value,
			const struct policy_subject *subject);
	/* @value fits it, "!" aside; it is not absent. */
	bool (*fits)(const struct policy_setting *setting,
		     const struct policy_value *value,
		     const struct policy_subject *subject);
	/* The fact for a person, to be freed; NULL: out of memory. It is not
	 * absent. */
	char *(*describe)(const struct policy_setting *setting,
			  const struct policy_subject *subject);
};

extern const struct policy_fact policy_fact_string; /* a glob fits it */
extern const struct policy_fact policy_fact_uuid;   /* case does not count */
extern const struct policy_fact policy_fact_serial;
extern const struct policy_fact policy_fact_size;
extern const struct policy_fact policy_fact_count;
extern const struct policy_fact policy_fact_bandwidth;
extern const struct policy_fact policy_fact_latency;
extern const struct policy_fact policy_fact_node;
extern const struct policy_fact policy_fact_ranges;

#endif
