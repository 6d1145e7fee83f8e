// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/condition.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "policy/complaint.h"
#include "policy/fact.h"

static void forget_values(struct policy_condition *condition)
{
	for (size_t i = 0; i < condition->n_values; i++)
		free(condition->values[i].text);
	condition->n_values = 0;
}

void policy_condition_done(struct policy_condition *condition)
{
	forget_values(condition);
	free(condition->values);
}

static int add_value(struct policy_condition *condition, const char *text,
		     bool negated, char **ret_message)
{
	const struct policy_setting *setting = condition->setting;
	size_t n = condition->n_values;
	struct policy_value value = { .negated = negated }, *grown;
	int r;

	r = setting->parse(setting, text, &value, ret_message);
	if (r < 0)
		return r;
	grown = reallocarray(condition->values, n + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	condition->values = grown;
	value.text = strdup(text);
	if (!value.text)
		return -ENOMEM;
	grown[n] = value;
	condition->n_values++;
	condition->had_value = true;
	return 0;
}

static int add_values(struct policy_condition *condition, char *list,
		      bool negated, char **ret_message)
{
	const struct policy_setting *setting = condition->setting;
	const char *word;
	char *rest = NULL;
	int r;

	word = strtok_r(list, " \t", &rest);
	if (!word)
		return complain(ret_message, setting, "!",
				"there is no value behind the '!'");
	for (; word; word = strtok_r(NULL, " \t", &rest)) {
		if (*word == '!')
			return complain(ret_message, setting, word,
					"a '!' stands before the first value "
					"and is true of all in the line");
		r = add_value(condition, word, negated, ret_message);
		if (r < 0)
			return r;
	}
	return 0;
}

int policy_condition_assign(struct policy_condition *condition,
			    const char *text, char **ret_message)
{
	_cleanup_free_ char *copy = NULL;
	bool negated = *text == '!';
	int r;

	if (!*text) {
		forget_values(condition);
		condition->uncertain = false;
		return 0;
	}
	copy = strdup(text + negated);
	if (!copy)
		return -ENOMEM;
	r = add_values(condition, copy, negated, ret_message);
	if (r < 0)
		condition->uncertain = true;
	return r;
}

static bool values_fit(const struct policy_condition *condition,
		       const struct policy_subject *subject)
{
	const struct policy_setting *setting = condition->setting;
	bool absent = setting->fact->absent(setting, subject);
	bool all_negated = true, fits = false;

	for (size_t i = 0; i < condition->n_values; i++) {
		const struct policy_value *value = &condition->values[i];

		all_negated &= value->negated;
		if (absent || !setting->fact->fits(setting, value, subject))
			continue;
		if (value->negated)
			return false;
		fits = true;
	}
	return fits || all_negated;
}

enum policy_answer
policy_condition_ask(const struct policy_condition *condition,
		     const struct policy_subject *subject)
{
	if (condition->n_values == 0)
		return POLICY_FITS;
	if (subject->unknown & condition->setting->unknown)
		return POLICY_UNDECIDED;
	return values_fit(condition, subject) ? POLICY_FITS : POLICY_DIFFERS;
}

char *policy_condition_text(const struct policy_condition *condition)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f;

	f = open_memstream(&text, &size);
	if (!f)
		return NULL;
	for (size_t i = 0; i < condition->n_values; i++)
		fprintf(f, "%s%s%s", i ? " " : "",
			condition->values[i].negated ? "!" : "",
			condition->values[i].text);
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

char *policy_condition_have(const struct policy_condition *condition,
			    const struct policy_subject *subject)
{
	const struct policy_setting *setting = condition->setting;

	if (subject->unknown & setting->unknown)
		return strdup("unknown");
	if (setting->fact->absent(setting, subject))
		return strdup("none");
	return setting->fact->describe(setting, subject);
}
