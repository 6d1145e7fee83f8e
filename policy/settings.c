// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/settings.h"

#include <string.h>

#include "policy/fact.h"
#include "policy/match-value.h"
#include "policy/nearest.h"
#include "policy/region-section.h"
#include "policy/subject.h"
#include "policy/words.h"

#define MATCH(key_, values_, help_, parse_, field, fact_, unknown_) \
	{                                                           \
		.section = POLICY_SECTION_MATCH, .key = key_,       \
		.values = values_, .help = help_, .parse = parse_,  \
		.offset = offsetof(struct policy_subject, field),   \
		.fact = &(fact_), .unknown = unknown_,              \
	}

#define REGION(key_, values_, help_, parse_, field, ...)                     \
	{                                                                    \
		.section = POLICY_SECTION_REGION, .key = key_,               \
		.values = values_, .help = help_, .parse = parse_,           \
		.offset = offsetof(struct policy_region, field), __VA_ARGS__ \
	}

/* clang-format off */
const struct policy_setting policy_settings[] = {
	MATCH("Provider", "pmem|hmem|cxl",
	      "what the memory comes from",
	      policy_parse_provider, provider, policy_fact_string,
	      POLICY_UNKNOWN_PROVIDER),
	MATCH("UUID", "UUID",
	      "UUID of the nvdimm namespace or CXL region",
	      policy_parse_uuid, uuid, policy_fact_uuid,
	      POLICY_UNKNOWN_UUID),
	MATCH("Device", "DEVICE",
	      "the kernel's name, which can change from boot to boot",
	      policy_parse_device, device, policy_fact_string, 0),
	MATCH("Path", "PATH",
	      "sysfs path without the mount point",
	      policy_parse_path, path, policy_fact_string, 0),
	MATCH("Size", "[>=|<=|>|<]SIZE",
	      "size of the device",
	      policy_parse_size, size, policy_fact_size,
	      POLICY_UNKNOWN_SIZE),
	MATCH("TargetNode", "NODE[-NODE]",
	      "NUMA node that the memory belongs to or would make",
	      policy_parse_node, target_node, policy_fact_node,
	      POLICY_UNKNOWN_TARGET_NODE),
	MATCH("PhysicalAddress", "START-END",
	      "physical addresses that hold all of the device",
	      policy_parse_addresses, ranges, policy_fact_ranges,
	      POLICY_UNKNOWN_RANGES),

	REGION("Mode", "keep|devdax|system-ram",
	       "what the device is to be",
	       policy_parse_choice, mode,
	       .words = policy_mode_words, .required = true),
	REGION("Zone", "auto|movable|kernel",
	       "zone that system RAM goes to",
	       policy_parse_choice, zone, .words = policy_zone_words),
	REGION("Present", "apply|keep",
	       "what to do with a device that is system RAM already at start",
	       policy_parse_choice, present, .words = policy_present_words),
	REGION("Persistent", "refuse|overwrite",
	       "whether the content of persistent memory may be destroyed",
	       policy_parse_choice, persistent,
	       .words = policy_persistent_words),
	REGION("NodeName", "NAME",
	       "name by which the NUMA node can be asked for",
	       policy_parse_node_name, node_name),
	{ .key = NULL },
};
/* clang-format on */

const struct policy_setting *policy_setting_find(const char *section,
						 const char *key)
{
	for (const struct policy_setting *s = policy_settings; s->key; s++)
		if (strcmp(s->section, section) == 0 &&
		    strcmp(s->key, key) == 0)
			return s;
	return NULL;
}

const struct policy_setting *policy_setting_nearest(const char *section,
						    const char *name)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (const struct policy_setting *s = policy_settings; s->key; s++)
		if (strcmp(s->section, section) == 0)
			nearest_try(&nearest, s->key);
	return nearest.best ? policy_setting_find(section, nearest.best) : NULL;
}

const char *policy_section_find(const char *name)
{
	for (const struct policy_setting *s = policy_settings; s->key; s++)
		if (strcmp(s->section, name) == 0)
			return s->section;
	return NULL;
}

const char *policy_section_nearest(const char *name)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (const struct policy_setting *s = policy_settings; s->key; s++)
		nearest_try(&nearest, s->section);
	return nearest.best;
}
