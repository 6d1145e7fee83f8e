// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/file.h"

#include <errno.h>

struct policy_file *policy_file_new(const char *name)
{
	_cleanup_policy_file_ struct policy_file *file =
		calloc(1, sizeof(*file));
	struct policy_source *source;

	if (!file || policy_file_add_source(file, name, &source) < 0)
		return NULL;
	return TAKE_PTR(file);
}

void policy_file_free(struct policy_file *file)
{
	for (size_t i = 0; i < file->n_conditions; i++)
		policy_condition_done(&file->conditions[i]);
	for (size_t i = 0; i < file->n_sources; i++)
		policy_source_free(file->sources[i]);
	policy_region_done(&file->region);
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

static struct policy_source *find_source(const struct policy_file *file,
					 const char *name)
{
	size_t i = 0;

	while (file->sources[i]->name != name)
		i++;
	return file->sources[i];
}

static int check_required(struct policy_file *file)
{
	if (file->uncertain)
		return 0;
	for (size_t i = 0; policy_settings[i].key; i++) {
		const struct policy_setting *setting = &policy_settings[i];
		int r;

		if (!setting->required || file->assigned & UINT64_C(1) << i)
			continue;
		r = policy_source_tell(file->sources[0], POLICY_ERROR, 0,
				       "[%s] has no %s=, which must be one of "
				       "%s",
				       setting->section, setting->key,
				       setting->values);
		if (r < 0)
			return r;
	}
	return 0;
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
		r = policy_source_tell(find_source(file, c->source),
				       POLICY_ERROR, c->line,
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
		return policy_source_tell(file->sources[0], POLICY_ERROR, 0,
					  "there is no [Match] section; say "
					  "Device=* in it if every device is "
					  "meant");
	for (size_t i = 0; i < file->n_conditions; i++)
		if (file->conditions[i].n_values > 0)
			return 0;
	if (policy_file_error(file))
		return 0;
	return policy_source_tell(file->sources[0], POLICY_WARNING, 0,
				  "[Match] has no key, so every device fits; "
				  "say Device=* if that is meant");
}

int policy_file_check(struct policy_file *file)
{
	int r;

	r = check_required(file);
	if (r < 0)
		return r;
	r = check_empty(file);
	if (r < 0)
		return r;
	return check_fits_all(file);
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
