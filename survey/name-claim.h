/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SURVEY_NAME_CLAIM_H
#define SURVEY_NAME_CLAIM_H

#include "policy/settings.h"
#include "survey/survey.h"

/*
 * What policies call the devices of a machine. A name that has an effect in
 * system-ram is that of the node, or of several nodes, so several devices can
 * share it; any other is that of one device.
 */

/* The name that @item has by @setting; NULL: none, or none that has an effect.
 */
const char *name_claim(const struct plan_item *item,
		       const struct policy_setting *setting);

/* The first of the first @n items of @survey that has the name of @item and
 * may not share it; NULL: there is none. */
const struct plan_item *name_claim_other(const struct survey *survey, size_t n,
					 const struct plan_item *item,
					 const struct policy_setting *setting);

#endif
