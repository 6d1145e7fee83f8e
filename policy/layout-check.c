// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/layout-check.h"

#include <inttypes.h>
#include <string.h>

#include "policy/settings.h"

#define report(file, slice, ...)                                         \
	policy_source_report(                                            \
		policy_file_source(file, (slice)->source), POLICY_ERROR, \
		(struct policy_position){ (slice)->line, 1 }, __VA_ARGS__)

static bool says(const struct policy_device_section *slice, const char *key)
{
	const struct policy_setting *setting =
		policy_setting_find(POLICY_SECTION_DEVICE, key);

	return policy_mask_has(&slice->assigned, policy_setting_index(setting));
}

static void inherit(const struct policy_use *region,
		    struct policy_device_section *slice)
{
	struct policy_use use = *region;

	policy_settings_copy_use(&use, &slice->use, &slice->assigned);
	slice->use = use;
}

static int check_presence(struct policy_file *file,
			  const struct policy_device_section *slice)
{
	int r = 0;

	if (!says(slice, "Name"))
		r = report(file, slice, "this [Device] has no Name=");
	if (r == 0 && !says(slice, "Size"))
		r = report(file, slice,
			   "this [Device] has no Size=, which is bytes, a "
			   "percentage or rest");
	if (r == 0 && slice->use.mode == POLICY_MODE_KEEP)
		r = report(file, slice,
			   "this [Device] has no Mode= of its own or of "
			   "[Region]; it is devdax or system-ram");
	return r;
}

static int check_name(struct policy_file *file, size_t index)
{
	const struct policy_device_section *slice = &file->slices[index];

	for (size_t i = 0; i < index; i++) {
		const struct policy_device_section *other = &file->slices[i];

		if (*slice->name && strcmp(slice->name, other->name) == 0)
			return report(file, slice,
				      "this [Device] has the same name as that "
				      "of %s:%u, %s",
				      other->source, other->line, slice->name);
	}
	return 0;
}

static int check_sizes(struct policy_file *file)
{
	uint64_t percent = 0;
	size_t n_rest = 0;

	for (size_t i = 0; i < file->n_slices; i++) {
		const struct policy_device_section *slice = &file->slices[i];
		int r = 0;

		if (slice->size.unit == POLICY_SIZE_PERCENT)
			percent += slice->size.number;
		if (slice->size.unit == POLICY_SIZE_PERCENT && percent > 100)
			r = report(file, slice,
				   "with this [Device] the slices need "
				   "%" PRIu64 "%% of the region",
				   percent);
		if (slice->size.unit == POLICY_SIZE_REST && ++n_rest == 2)
			r = report(file, slice,
				   "only one [Device] can have Size=rest");
		if (r < 0)
			return r;
	}
	return 0;
}

int policy_layout_check(struct policy_file *file)
{
	int r;

	for (size_t i = 0; i < file->n_slices; i++) {
		inherit(&file->use, &file->slices[i]);
		r = check_presence(file, &file->slices[i]);
		if (r == 0)
			r = check_name(file, i);
		if (r < 0)
			return r;
	}
	return check_sizes(file);
}
