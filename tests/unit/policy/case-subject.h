/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_POLICY_CASE_SUBJECT_H
#define TESTS_POLICY_CASE_SUBJECT_H

#include "policy/subject.h"

#define CASE_RANGES_MAX 8
#define CASE_MEMDEVS_MAX 8

/*
 * The device of a case, from lines key=value: device, path, provider, uuid,
 * size, target_node and so on (case-subject.c has all), range, memdev and
 * unknown (uuid, size, ...), each repeatable. An empty value stands for a fact
 * that the device does not have; a key that is left out for that of an ordinary
 * hmem device.
 */
struct case_subject {
	struct policy_subject subject;
	struct phys_range ranges[CASE_RANGES_MAX];
	const char *memdevs[CASE_MEMDEVS_MAX];
	char *text; /* what the strings point into */
};

/* Takes over @text. Returns 0, or the number of a line that makes no sense. */
int case_subject_read(struct case_subject *ret, char *text);
void case_subject_done(struct case_subject *subject);

#endif
