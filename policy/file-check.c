// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/file-check.h"

#include <errno.h>

#include "basic/text.h"
#include "policy/layout-check.h"
#include "policy/pool-check.h"
#include "policy/settings.h"

static int check_mode(struct policy_file *file)
{
	if (file->uncertain || file->n_slices > 0 ||
	    policy_file_assigned(file, POLICY_SECTION_REGION, "Mode"))
		return 0;
	return policy_source_report(
		file->sources[0], POLICY_ERROR, POLICY_WHOLE_FILE,
		"[" POLICY_SECTION_REGION
		"] has no Mode=, which must be one of %s",
		policy_setting_find(POLICY_SECTION_REGION, "Mode")->values);
}

/* "UUID=" without a value, as a script with an unset variable writes it, must
 * not make the file fit every device. */
static int check_empty(struct policy_file *file)
{
	for (size_t i = 0; i < file->n_conditions; i++) {
		struct policy_condition *c = &file->conditions[i];
		int r;

		if (c->had_value || c->uncertain)
			continue;
		r = policy_source_report(
			policy_file_source(file, c->source), POLICY_ERROR,
			(struct policy_position){ c->line, c->column },
			"%s= has no value; leave the line out "
			"if it is to restrict nothing",
			c->setting->key);
		if (r < 0)
			return r;
	}
	return 0;
}

static int check_fits_all(struct policy_file *file)
{
	if (file->uncertain)
		return 0;
	if (!file->has_match)
		return policy_source_report(file->sources[0], POLICY_ERROR,
					    POLICY_WHOLE_FILE,
					    "there is no [Match] section; say "
					    "Device=* in it if every device is "
					    "meant");
	for (size_t i = 0; i < file->n_conditions; i++)
		if (file->conditions[i].n_values > 0)
			return 0;
	if (policy_file_error(file))
		return 0;
	return policy_source_report(file->sources[0], POLICY_WARNING,
				    POLICY_WHOLE_FILE,
				    "[Match] has no key, so every device fits; "
				    "say Device=* if that is meant");
}

static const struct policy_origin *origin(const struct policy_file *file,
					  const char *section, const char *key)
{
	return &file->origins[policy_setting_index(
		policy_setting_find(section, key))];
}

/* With a limit that is not known nothing is switched. */
static int check_conf(struct policy_file *file)
{
	const struct policy_diagnostic *error = policy_file_error(file);

	file->limits.ratio_origin =
		*origin(file, POLICY_SECTION_LIMITS, "MaxMovableRatio");
	file->limits.free_origin =
		*origin(file, POLICY_SECTION_LIMITS, "MinKernelFree");
	if (!error || file->limits.fault)
		return 0;
	if (error->line)
		file->limits.fault = text_format("%s:%u: %s", error->file,
						 error->line, error->message);
	else
		file->limits.fault =
			text_format("%s: %s", error->file, error->message);
	return file->limits.fault ? 0 : -ENOMEM;
}

int policy_file_check(struct policy_file *file)
{
	int r;

	if (file->kind == POLICY_KIND_CONF)
		return check_conf(file);
	for (size_t i = 0; i < file->n_conditions; i++) {
		r = policy_condition_finish(&file->conditions[i]);
		if (r < 0)
			return r;
		if (policy_condition_is_sharp(&file->conditions[i]))
			file->sharpest = i;
	}
	r = check_mode(file);
	if (r >= 0)
		r = policy_layout_check(file);
	if (r >= 0)
		r = policy_pool_check(file);
	if (r >= 0)
		r = check_empty(file);
	if (r >= 0)
		r = check_fits_all(file);
	return r;
}
