/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "cli/verb.h"

/* The one table of verbs, and that of options; the last of each has name NULL.
 */
extern const struct verb verbs[];
extern const struct verb_option verb_options[];

#endif
