/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SYNTAX_VERSION_H
#define POLICY_SYNTAX_VERSION_H

/*
 * Which of two versions is newer, as systemd.unit(5)'s ConditionKernelVersion=
 * compares them: by the UAPI group's version format specification. Returns a
 * number below, equal to or above 0, as strcmp(3).
 */
int version_compare(const char *a, const char *b);

#endif
