// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/set.h"

#include <errno.h>
#include <stdlib.h>

#include "basic/array.h"
#include "policy/file.h"

int policy_set_add_file(struct policy_set *set, struct policy_file *file)
{
	int r = ARRAY_GROW(set->files, set->n_files);

	if (r == 0)
		set->files[set->n_files++] = file;
	return r;
}

int policy_set_add_stray(struct policy_set *set, struct policy_source *stray)
{
	int r = ARRAY_GROW(set->strays, set->n_strays);

	if (r == 0)
		set->strays[set->n_strays++] = stray;
	return r;
}

static int add_diagnostics(struct policy_set *set,
			   const struct policy_source *source)
{
	for (size_t i = 0; i < source->n_diagnostics; i++) {
		if (ARRAY_GROW(set->diagnostics, set->n_diagnostics) < 0)
			return -ENOMEM;
		set->diagnostics[set->n_diagnostics++] = source->diagnostics[i];
	}
	return 0;
}

static int collect_diagnostics(struct policy_set *set)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < set->conf->n_sources; i++)
		r = add_diagnostics(set, set->conf->sources[i]);
	for (size_t i = 0; i < set->n_files; i++)
		for (size_t j = 0; r == 0 && j < set->files[i]->n_sources; j++)
			r = add_diagnostics(set, set->files[i]->sources[j]);
	for (size_t i = 0; r == 0 && i < set->n_strays; i++)
		r = add_diagnostics(set, set->strays[i]);
	return r;
}

int policy_set_finish(struct policy_set *set)
{
	free(set->names);
	free(set->diagnostics);
	set->diagnostics = NULL;
	set->n_diagnostics = 0;
	set->names = calloc(set->n_files + 1, sizeof(*set->names));
	if (!set->names)
		return -ENOMEM;
	for (size_t i = 0; i < set->n_files; i++)
		set->names[i] = policy_file_name(set->files[i]);
	return collect_diagnostics(set);
}

void policy_set_free(struct policy_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->n_files; i++)
		policy_file_free(set->files[i]);
	for (size_t i = 0; i < set->n_strays; i++)
		policy_source_free(set->strays[i]);
	if (set->conf)
		policy_file_free(set->conf);
	policy_overrides_clear(&set->overrides);
	policy_grants_clear(&set->grants);
	free(set->files);
	free(set->strays);
	free(set->names);
	free(set->diagnostics);
	free(set);
}

const struct policy_diagnostic *
policy_set_diagnostics(const struct policy_set *set, size_t *ret_n)
{
	*ret_n = set->n_diagnostics;
	return set->diagnostics;
}

bool policy_set_has_errors(const struct policy_set *set)
{
	for (size_t i = 0; i < set->n_files; i++)
		if (policy_file_error(set->files[i]))
			return true;
	return policy_file_error(set->conf) != NULL;
}

const struct policy_limits *policy_set_limits(const struct policy_set *set)
{
	return &set->conf->limits;
}

const char *const *policy_set_files(const struct policy_set *set, size_t *ret_n)
{
	*ret_n = set->n_files;
	return set->names;
}

/* @path is below the root. NULL: out of memory. */
static void unplug(enum policy_mode *mode)
{
	if (*mode == POLICY_MODE_SYSTEM_RAM)
		*mode = POLICY_MODE_DEVDAX;
}

void policy_set_unplug(struct policy_set *set)
{
	for (size_t i = 0; i < set->n_files; i++) {
		struct policy_file *file = set->files[i];

		unplug(&file->use.mode);
		unplug(&file->pool.use.mode);
		for (size_t j = 0; j < file->n_slices; j++)
			unplug(&file->slices[j].use.mode);
	}
	for (size_t i = 0; i < set->grants.n; i++)
		set->grants.items[i].clear = POLICY_CLEAR_NO;
	for (size_t i = 0; i < set->overrides.n; i++)
		unplug(&set->overrides.items[i].mode);
}
