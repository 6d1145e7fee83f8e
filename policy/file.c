// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/file.h"

#include <errno.h>
#include <stdio.h>

#include "policy/layout-check.h"

struct policy_file *policy_file_new(enum policy_kind kind, const char *name)
{
	_cleanup_policy_file_ struct policy_file *file =
		calloc(1, sizeof(*file));
	struct policy_source *source;

	if (!file || policy_file_add_source(file, name, &source) < 0)
		return NULL;
	file->kind = kind;
	return TAKE_PTR(file);
}

void policy_file_free(struct policy_file *file)
{
	for (size_t i = 0; i < file->n_conditions; i++)
		policy_condition_done(&file->conditions[i]);
	for (size_t i = 0; i < file->n_sources; i++)
		policy_source_free(file->sources[i]);
	for (size_t i = 0; i < file->n_slices; i++)
		device_section_done(&file->slices[i]);
	region_section_done(&file->region);
	policy_limits_done(&file->limits);
	free(file->slices);
	free(file->conditions);
	free(file->sources);
	free(file);
}

const char *policy_file_name(const struct policy_file *file)
{
	return file->sources[0]->name;
}

int policy_file_add_source(struct policy_file *file, const char *name,
			   struct policy_source **ret)
{
	struct policy_source **grown, *source;

	grown = reallocarray(file->sources, file->n_sources + 1,
			     sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	file->sources = grown;
	source = policy_source_new(name);
	if (!source)
		return -ENOMEM;
	grown[file->n_sources++] = source;
	*ret = source;
	return 0;
}

void policy_file_drop_source(struct policy_file *file)
{
	policy_source_free(file->sources[--file->n_sources]);
}

struct policy_condition *
policy_file_find_condition(const struct policy_file *file,
			   const struct policy_setting *setting)
{
	for (size_t i = 0; i < file->n_conditions; i++)
		if (file->conditions[i].setting == setting)
			return &file->conditions[i];
	return NULL;
}

struct policy_condition *
policy_file_condition(struct policy_file *file,
		      const struct policy_setting *setting, const char *source,
		      unsigned int line)
{
	struct policy_condition *condition, *grown;

	condition = policy_file_find_condition(file, setting);
	if (condition)
		return condition;
	grown = reallocarray(file->conditions, file->n_conditions + 1,
			     sizeof(*grown));
	if (!grown)
		return NULL;
	file->conditions = grown;
	condition = &grown[file->n_conditions++];
	*condition = (struct policy_condition){
		.setting = setting,
		.source = source,
		.line = line,
	};
	return condition;
}

struct policy_device_section *policy_file_add_slice(struct policy_file *file,
						    const char *source,
						    unsigned int line)
{
	struct policy_device_section *grown;

	grown = reallocarray(file->slices, file->n_slices + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	file->slices = grown;
	grown += file->n_slices++;
	*grown = (struct policy_device_section){ .source = source,
						 .line = line };
	return grown;
}

bool policy_file_assigned(const struct policy_file *file, const char *section,
			  const char *key)
{
	const struct policy_setting *setting =
		policy_setting_find(section, key);

	return file->assigned & UINT64_C(1) << policy_setting_index(setting);
}

struct policy_source *policy_file_source(const struct policy_file *file,
					 const char *name)
{
	size_t i = 0;

	while (file->sources[i]->name != name)
		i++;
	return file->sources[i];
}

static int check_mode(struct policy_file *file)
{
	if (file->uncertain || file->n_slices > 0 ||
	    policy_file_assigned(file, POLICY_SECTION_REGION, "Mode"))
		return 0;
	return policy_source_tell(
		file->sources[0], POLICY_ERROR, POLICY_WHOLE_FILE,
		"[" POLICY_SECTION_REGION
		"] has no Mode=, which must be one of %s",
		policy_setting_find(POLICY_SECTION_REGION, "Mode")->values);
}

/* "UUID=" with nothing behind it, as a script with an unset variable writes
 * it, must not turn into a file for every device. */
static int check_empty(struct policy_file *file)
{
	for (size_t i = 0; i < file->n_conditions; i++) {
		struct policy_condition *c = &file->conditions[i];
		int r;

		if (c->had_value || c->uncertain)
			continue;
		r = policy_source_tell(
			policy_file_source(file, c->source), POLICY_ERROR,
			(struct policy_position){ c->line, c->column },
			"%s= has no value; leave the line out "
			"if it shall restrict nothing",
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
		return policy_source_tell(file->sources[0], POLICY_ERROR,
					  POLICY_WHOLE_FILE,
					  "there is no [Match] section; say "
					  "Device=* in it if every device is "
					  "meant");
	for (size_t i = 0; i < file->n_conditions; i++)
		if (file->conditions[i].n_values > 0)
			return 0;
	if (policy_file_error(file))
		return 0;
	return policy_source_tell(file->sources[0], POLICY_WARNING,
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

/* A limit that cannot be kept to for want of knowing it keeps everything. */
static int check_conf(struct policy_file *file)
{
	const struct policy_diagnostic *error = policy_file_error(file);
	int r = 0;

	file->limits.ratio_origin =
		*origin(file, POLICY_SECTION_LIMITS, "MaxMovableRatio");
	file->limits.free_origin =
		*origin(file, POLICY_SECTION_LIMITS, "MinKernelFree");
	if (!error || file->limits.fault)
		return 0;
	if (error->line)
		r = asprintf(&file->limits.fault, "%s:%u: %s", error->file,
			     error->line, error->message);
	else
		r = asprintf(&file->limits.fault, "%s: %s", error->file,
			     error->message);
	if (r < 0)
		file->limits.fault = NULL;
	return r < 0 ? -ENOMEM : 0;
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
	}
	r = check_mode(file);
	if (r >= 0)
		r = policy_layout_check(file);
	if (r >= 0)
		r = check_empty(file);
	if (r >= 0)
		r = check_fits_all(file);
	return r;
}

const struct policy_diagnostic *
policy_file_error(const struct policy_file *file)
{
	for (size_t i = 0; i < file->n_sources; i++) {
		const struct policy_diagnostic *error =
			policy_source_error(file->sources[i]);

		if (error)
			return error;
	}
	return NULL;
}
