/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_FUZZ_SUBJECTS_H
#define TESTS_FUZZ_SUBJECTS_H

#include "policy/subject.h"

/* Devices that policies are asked for. */
#define FUZZ_SUBJECTS 4
extern const struct policy_subject fuzz_subjects[FUZZ_SUBJECTS];

/* What is told is one line of text, whatever the files hold. */
void fuzz_check_message(const char *message);

#endif
