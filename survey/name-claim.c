// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/name-claim.h"

#include <string.h>

const char *name_claim(const struct plan_item *item,
		       const struct policy_setting *setting)
{
	const struct policy_use *use = &item->decision->use;
	char buf[POLICY_VALUE_MAX];

	if (!policy_setting_is_name(setting) || use->mode != setting->mode)
		return NULL;
	return policy_setting_show(setting, use, buf);
}

const struct plan_item *name_claim_other(const struct survey *survey, size_t n,
					 const struct plan_item *item,
					 const struct policy_setting *setting)
{
	const char *name = name_claim(item, setting);

	if (setting->mode == POLICY_MODE_SYSTEM_RAM)
		return NULL;
	for (size_t i = 0; name && i < n; i++) {
		const struct plan_item *other = &survey->items[i];
		const char *claim = name_claim(other, setting);

		if (other != item && claim && strcmp(claim, name) == 0)
			return other;
	}
	return NULL;
}
