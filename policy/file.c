// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/file.h"

#include <errno.h>

#include "basic/array.h"
#include "policy/settings.h"

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
	policy_limits_done(&file->limits);
	policy_pool_done(&file->pool);
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
	struct policy_source *source;

	if (ARRAY_GROW(file->sources, file->n_sources) < 0)
		return -ENOMEM;
	source = policy_source_new(name);
	if (!source)
		return -ENOMEM;
	file->sources[file->n_sources++] = source;
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
	struct policy_condition *condition;

	condition = policy_file_find_condition(file, setting);
	if (condition)
		return condition;
	if (ARRAY_GROW(file->conditions, file->n_conditions) < 0)
		return NULL;
	condition = &file->conditions[file->n_conditions++];
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
	struct policy_device_section *slice;

	if (ARRAY_GROW(file->slices, file->n_slices) < 0)
		return NULL;
	slice = &file->slices[file->n_slices++];
	*slice = (struct policy_device_section){ .source = source,
						 .line = line };
	return slice;
}

bool policy_file_lays_out(const struct policy_file *file)
{
	return file->n_slices > 0 || file->use.mode == POLICY_MODE_POOL;
}

bool policy_file_assigned(const struct policy_file *file, const char *section,
			  const char *key)
{
	const struct policy_setting *setting =
		policy_setting_find(section, key);

	return policy_mask_has(&file->assigned, policy_setting_index(setting));
}

struct policy_source *policy_file_source(const struct policy_file *file,
					 const char *name)
{
	size_t i = 0;

	while (file->sources[i]->name != name)
		i++;
	return file->sources[i];
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

int policy_file_report_fault(struct policy_file *file,
			     struct policy_source *source, const char *fault)
{
	file->uncertain = true;
	return policy_source_report(source, POLICY_ERROR, POLICY_WHOLE_FILE,
				    "it %s", fault);
}
