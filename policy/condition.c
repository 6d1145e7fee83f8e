// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/condition.h"

#include <errno.h>
#include <string.h>

#include "basic/array.h"
#include "basic/text-stream.h"
#include "policy/complaint.h"
#include "policy/fact.h"

static const char blanks[] = " \t";

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
	free(condition->text);
}

static int add_value(struct policy_condition *condition, const char *text,
		     bool negated, char **ret_message)
{
	const struct policy_setting *setting = condition->setting;
	size_t n = condition->n_values;
	struct policy_value value = { .negated = negated };
	int r;

	r = setting->parse(setting, text, &value, ret_message);
	if (r < 0)
		return r;
	if (ARRAY_GROW(condition->values, n) < 0)
		return -ENOMEM;
	value.text = strdup(text);
	if (!value.text)
		return -ENOMEM;
	condition->values[n] = value;
	condition->n_values++;
	condition->had_value = true;
	return 0;
}

/* Adds the words of @list. Where one is wrong, *ret_wrong is that word. */
static int add_words(struct policy_condition *condition, char *list,
		     bool negated, const char **ret_wrong, char **ret_message)
{
	const struct policy_setting *setting = condition->setting;
	char *rest = NULL;
	int r;

	for (const char *word = strtok_r(list, blanks, &rest); word;
	     word = strtok_r(NULL, blanks, &rest)) {
		*ret_wrong = word;
		if (*word == '!')
			return complaint_set(
				ret_message, setting, word,
				"'!' goes before the first value and holds "
				"for all values of the line");
		r = add_value(condition, word, negated, ret_message);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_values(struct policy_condition *condition, char *list,
		      bool negated, const char **ret_wrong, char **ret_message)
{
	list += strspn(list, blanks);
	*ret_wrong = list;
	if (!*list)
		return complaint_set(ret_message, condition->setting, "!",
				     "there is no value after the '!'");
	if (condition->setting->whole)
		return add_value(condition, list, negated, ret_message);
	return add_words(condition, list, negated, ret_wrong, ret_message);
}

int policy_condition_assign(struct policy_condition *condition,
			    const char *text, const char **ret_at,
			    char **ret_message)
{
	_cleanup_free_ char *copy = NULL;
	bool negated = *text == '!';
	const char *wrong;
	int r;

	if (!*text) {
		forget_values(condition);
		condition->uncertain = false;
		return 0;
	}
	copy = strdup(text);
	if (!copy)
		return -ENOMEM;
	r = add_values(condition, copy + negated, negated, &wrong, ret_message);
	if (r < 0) {
		condition->uncertain = true;
		*ret_at = text + (wrong - copy);
	}
	return r;
}

/* How one value answers, "!" aside. */
static enum policy_answer ask_value(const struct policy_setting *setting,
				    const struct policy_value *value,
				    const struct policy_subject *subject)
{
	const struct policy_fact *fact = setting->fact;

	if (fact->unknown ? fact->unknown(setting, value, subject)
			  : (subject->unknown & setting->unknown) != 0)
		return POLICY_UNDECIDED;
	if (fact->absent(setting, subject))
		return POLICY_DIFFERS;
	return fact->fits(setting, value, subject) ? POLICY_FITS
						   : POLICY_DIFFERS;
}

enum policy_answer
policy_condition_ask(const struct policy_condition *condition,
		     const struct policy_subject *subject)
{
	bool plain = false, fits = false, unclear = false, excluded = false;

	for (size_t i = 0; i < condition->n_values; i++) {
		const struct policy_value *value = &condition->values[i];
		enum policy_answer answer;

		/* One of them is enough. */
		if (fits && !value->negated)
			continue;
		answer = ask_value(condition->setting, value, subject);
		if (value->negated && answer == POLICY_FITS)
			return POLICY_DIFFERS;
		excluded |= value->negated && answer == POLICY_UNDECIDED;
		unclear |= !value->negated && answer == POLICY_UNDECIDED;
		fits |= !value->negated && answer == POLICY_FITS;
		plain |= !value->negated;
	}
	if (plain && !fits && !unclear)
		return POLICY_DIFFERS;
	return excluded || (plain && !fits) ? POLICY_UNDECIDED : POLICY_FITS;
}

bool policy_condition_is_sharp(const struct policy_condition *condition)
{
	const struct policy_setting *setting = condition->setting;

	return setting->fact == &policy_fact_uuid ||
	       setting->fact == &policy_fact_serial ||
	       setting->fact == &policy_fact_ranges ||
	       setting->offset == offsetof(struct policy_subject, path) ||
	       setting->offset == offsetof(struct policy_subject, device);
}

int policy_condition_finish(struct policy_condition *condition)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);

	if (!f)
		return -ENOMEM;
	for (size_t i = 0; i < condition->n_values; i++)
		fprintf(f, "%s%s%s", i ? " " : "",
			condition->values[i].negated ? "!" : "",
			condition->values[i].text);
	condition->text = text_stream_take(&stream);
	return condition->text ? 0 : -ENOMEM;
}

char *policy_condition_have(const struct policy_condition *condition,
			    const struct policy_subject *subject)
{
	const struct policy_setting *setting = condition->setting;

	if (policy_condition_ask(condition, subject) == POLICY_UNDECIDED)
		return strdup("unknown");
	if (setting->fact->absent(setting, subject))
		return strdup("none");
	return setting->fact->describe(setting, subject);
}
