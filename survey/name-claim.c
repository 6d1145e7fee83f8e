// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/name-claim.h"

#include <stdbool.h>
#include <string.h>

#include "basic/text.h"

const char *name_claim(const struct plan_item *item,
		       const struct policy_setting *setting)
{
	const struct policy_use *use = &item->decision->use;
	char buf[POLICY_VALUE_MAX];

	if (!policy_setting_is_name(setting) || use->mode != setting->mode)
		return NULL;
	return policy_setting_show(setting, use, buf);
}

static bool means_the_same(const struct plan_item *a, const struct plan_item *b,
			   const struct policy_setting *setting)
{
	if (setting->mode == POLICY_MODE_SYSTEM_RAM)
		return a->device->target_node == b->device->target_node;
	return a == b;
}

static const char *file_name(const struct plan_item *item)
{
	const char *slash = strrchr(item->decision->file, '/');

	return slash ? slash + 1 : item->decision->file;
}

static bool is_before(const struct plan_item *a, const struct plan_item *b)
{
	int r = strcmp(file_name(a), file_name(b));

	return r ? r < 0 : a < b;
}

const struct plan_item *name_claim_other(const struct plan_item *items,
					 size_t n, const struct plan_item *item,
					 const struct policy_setting *setting)
{
	const bool of_node = setting->mode == POLICY_MODE_SYSTEM_RAM;
	const char *name = name_claim(item, setting);
	const struct plan_item *found = NULL;

	for (const struct plan_item *i = items; name && i < items + n; i++) {
		const char *claim = name_claim(i, setting);

		if (!claim || strcmp(claim, name) != 0 ||
		    means_the_same(item, i, setting) ||
		    (of_node && !is_before(i, item)))
			continue;
		if (!found || is_before(i, found))
			found = i;
	}
	return found;
}

int name_claim_respect(const struct plan_item *items, size_t n,
		       const struct plan_item *item)
{
	const struct policy_setting *setting =
		policy_setting_find(POLICY_SECTION_REGION, "NodeName");
	const struct plan_item *other;

	if (item->plan->outcome != PLAN_SWITCH &&
	    item->plan->outcome != PLAN_NOTHING)
		return 0;
	other = name_claim_other(items, n, item, setting);
	if (!other)
		return 0;
	return plan_refuse(
		item->plan, PLAN_REFUSAL_NAME_TAKEN,
		text_format("%s gives the name %s to node %d, which %s is of; "
			    "give node %d of %s another NodeName= in %s",
			    other->decision->file, name_claim(item, setting),
			    other->device->target_node, other->device->name,
			    item->device->target_node, item->device->name,
			    item->decision->file));
}
