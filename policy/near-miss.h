/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_NEAR_MISS_H
#define POLICY_NEAR_MISS_H

/* Why @name, of a file beside the policies, is none although its author most
 * likely means it to be: a sentence without its full stop. NULL: it is one, or
 * it looks like none, as what editors and packages leave behind. */
const char *near_miss_describe(const char *name);

#endif
