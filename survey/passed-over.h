/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SURVEY_PASSED_OVER_H
#define SURVEY_PASSED_OVER_H

#include "facts/model/model.h"

/* Says that the kernel's own drivers are in use where others are installed, and
 * what to do about it: a sentence without its full stop, to be freed. NULL:
 * there is nothing to say, or no memory. */
char *passed_over_describe(const struct facts_kernel *kernel);

#endif
