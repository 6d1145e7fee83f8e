// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/policy-name.h"

#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "basic/names.h"
#include "basic/text.h"
#include "cli/view.h"

bool policy_name_is_device(const char *word)
{
	uint64_t x, y;

	return facts_device_numbers(verb_device_name(word), &x, &y);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *policy_name_base(const char *word, char buf[POLICY_NAME_SIZE])
{
	const char *base = base_name(word);
	bool whole = text_ends_with(base, POLICY_SUFFIX) ||
		     strcmp(base, POLICY_CONF) == 0;
	int n = snprintf(buf, POLICY_NAME_SIZE, "%s%s", base,
			 whole ? "" : POLICY_SUFFIX);

	return *base && *base != '.' && n < POLICY_NAME_SIZE ? buf : NULL;
}

/* A path must be that of the file itself: another of its name may shadow it. */
static bool is_meant(const struct policy_file *file, const char *word,
		     const char *base)
{
	const char *name = policy_file_name(file);

	return strchr(word, '/') ? strcmp(name, word) == 0
				 : strcmp(base_name(name), base) == 0;
}

const struct policy_file *policy_name_file(const struct policy_set *set,
					   const char *word)
{
	char buf[POLICY_NAME_SIZE];
	const char *base = policy_name_base(word, buf);

	if (!base)
		return NULL;
	for (size_t i = 0; i < set->n_files; i++)
		if (is_meant(set->files[i], word, base))
			return set->files[i];
	return is_meant(set->conf, word, base) ? set->conf : NULL;
}

static enum exit_code find_deciding(const struct view *view, const char *word,
				    const struct policy_file **ret)
{
	const struct plan_item *item =
		survey_find(view->survey, verb_device_name(word));

	if (!item) {
		log_error("no device %s; \"daxbroker list\" shows those there "
			  "are",
			  word);
		return EXIT_NOT_FOUND;
	}
	if (!item->decision->file) {
		log_error("no policy file decides %s: %s", word,
			  item->plan->reason);
		return EXIT_NOT_FOUND;
	}
	*ret = policy_name_file(view->policies, item->decision->file);
	return *ret ? EXIT_OK : EXIT_ERROR;
}

static enum exit_code find_by_device(const struct arguments *arguments,
				     const struct policy_set *set,
				     const char *word,
				     const struct policy_file **ret)
{
	_cleanup_view_ struct view view = { 0 };
	struct arguments all = *arguments;
	enum exit_code status;

	all.n_words = 0;
	status = view_take_with(&all, set, &view);
	return status == EXIT_OK ? find_deciding(&view, word, ret) : status;
}

enum exit_code policy_name_find(const struct arguments *arguments,
				const struct policy_set *set, const char *word,
				const struct policy_file **ret)
{
	if (policy_name_is_device(word))
		return find_by_device(arguments, set, word, ret);
	*ret = policy_name_file(set, word);
	if (*ret)
		return EXIT_OK;
	log_error("no policy file %s in force; \"daxbroker cat\" shows those "
		  "there are",
		  word);
	return EXIT_NOT_FOUND;
}
