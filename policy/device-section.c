// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/device-section.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"
#include "policy/complaint.h"

#define ALIGN_MIN 4096

static int parse_percent(const char *value, uint64_t *ret)
{
	size_t length = strlen(value);
	_cleanup_free_ char *copy = NULL;
	int r;

	if (length == 0 || value[length - 1] != '%')
		return -EINVAL;
	copy = strndup(value, length - 1);
	if (!copy)
		return -ENOMEM;
	r = parse_u64(copy, ret);
	return r == 0 && (*ret == 0 || *ret > 100) ? -EINVAL : r;
}

int device_section_parse_size(const struct policy_setting *setting,
			      const char *value, void *target,
			      char **ret_message)
{
	struct policy_size size = { POLICY_SIZE_UNSET, 0 };
	struct policy_device_section *slice = target;
	int r = 0;

	if (strcmp(value, "rest") == 0) {
		size.unit = POLICY_SIZE_REST;
	} else if (strchr(value, '%')) {
		size.unit = POLICY_SIZE_PERCENT;
		r = parse_percent(value, &size.number);
	} else if (*value) {
		size.unit = POLICY_SIZE_BYTES;
		r = parse_size(value, &size.number);
		if (r == 0 && size.number == 0)
			r = -EINVAL;
	}
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return complaint_set(
			ret_message, setting, value,
			"not a size such as 16G, 25%% or rest; the "
			"suffixes are " PARSE_SIZE_SUFFIXES);
	slice->size = size;
	return 0;
}

int device_section_parse_align(const struct policy_setting *setting,
			       const char *value, void *target,
			       char **ret_message)
{
	struct policy_device_section *slice = target;
	uint64_t align = 0;

	if (*value && (parse_size(value, &align) < 0 || align < ALIGN_MIN ||
		       (align & (align - 1))))
		return complaint_set(ret_message, setting, value,
				     "not a power of two such as 4K, 2M or 1G");
	slice->align = align;
	return 0;
}
