/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SURVEY_NAME_CLAIM_H
#define SURVEY_NAME_CLAIM_H

#include "plan/plan.h"
#include "policy/settings.h"

/*
 * What policies call the devices of a machine. A name that has an effect in
 * system-ram is that of the node, so several devices can share it; any other
 * is that of the device.
 */

/* The name that @item has by @setting; NULL: none, or none that has an effect.
 */
const char *name_claim(const struct plan_item *item,
		       const struct policy_setting *setting);

/*
 * Another one of the @n items of a machine for which @item does not get its
 * name. A node's name is given by the first policy file that gives it, and to
 * the first device of one; a device's to nobody where two have it. NULL: @item
 * gets it.
 */
const struct plan_item *name_claim_other(const struct plan_item *items,
					 size_t n, const struct plan_item *item,
					 const struct policy_setting *setting);

/* Refuses the plan of @item if the name of its node is another's. Returns 0 or
 * -ENOMEM. */
int name_claim_respect(const struct plan_item *items, size_t n,
		       const struct plan_item *item);

#endif
