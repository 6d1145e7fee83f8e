/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SYNTAX_GLOB_H
#define POLICY_SYNTAX_GLOB_H

#include <stdbool.h>

/*
 * As fnmatch(3) without FNM_PATHNAME and FNM_PERIOD, but in a time that is at
 * most the product of both lengths: fnmatch(3) tries all ways of several "*",
 * of which there can be more than anybody can wait for.
 */
bool glob_fits(const char *pattern, const char *text);

/* The same where upper and lower case do not differ. */
bool glob_fits_any_case(const char *pattern, const char *text);

#endif
