// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/kernel-version.h"

#include <errno.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/text.h"
#include "policy/complaint.h"
#include "policy/syntax/glob.h"
#include "policy/syntax/version.h"

/* How ConditionKernelVersion= compares; the longer signs first. */
enum sign_kind {
	SIGN_SAME,
	SIGN_NOT_SAME,
	SIGN_GLOB,
	SIGN_NOT_GLOB,
	SIGN_LESS,
	SIGN_LESS_EQUAL,
	SIGN_EQUAL,
	SIGN_UNEQUAL,
	SIGN_GREATER_EQUAL,
	SIGN_GREATER,
};

static const struct sign {
	const char *text;
	enum sign_kind kind;
} signs[] = {
	{ "!$=", SIGN_NOT_GLOB },
	{ "$=", SIGN_GLOB },
	{ "<>", SIGN_UNEQUAL },
	{ "<=", SIGN_LESS_EQUAL },
	{ ">=", SIGN_GREATER_EQUAL },
	{ "==", SIGN_EQUAL },
	{ "!=", SIGN_NOT_SAME },
	{ "=", SIGN_SAME },
	{ "<", SIGN_LESS },
	{ ">", SIGN_GREATER },
	{ "", SIGN_GLOB },
};

/* Cuts the next expression off *text: a word, or what quotes hold; a sign may
 * stand apart from its version. Returns its version, NULL at the end. */
static char *take_expression(char **text, enum sign_kind *ret_kind)
{
	static const char blanks[] = " \t";
	const struct sign *sign = signs;
	char *word, *end, quote = '\0';

	word = *text + strspn(*text, blanks);
	if (*word == '"' || *word == '\'')
		quote = *word++;
	word += strspn(word, blanks);
	if (!*word)
		return NULL;
	while (!text_starts_with(word, sign->text))
		sign++;
	*ret_kind = sign->kind;
	word += strlen(sign->text);
	word += strspn(word, blanks);
	end = quote ? strchrnul(word, quote) : word + strcspn(word, blanks);
	*text = end + (*end != '\0');
	*end = '\0';
	return word;
}

int kernel_version_parse(const struct policy_setting *setting,
			 const char *value, _unused_ void *target,
			 char **ret_message)
{
	_cleanup_free_ char *copy = strdup(value);
	char *rest = copy, *version;
	enum sign_kind kind;
	size_t n = 0;

	if (!copy)
		return -ENOMEM;
	for (; (version = take_expression(&rest, &kind)); n++)
		if (!*version)
			break;
	if (n > 0 && !version)
		return 0;
	return complaint_set(ret_message, setting, value,
			     "not a list of expressions such as \">=6.1\" or "
			     "\"6.12.*\"");
}

static bool expression_fits(enum sign_kind kind, const char *version,
			    const char *kernel)
{
	int order = version_compare(kernel, version);

	switch (kind) {
	case SIGN_SAME:
		return strcmp(kernel, version) == 0;
	case SIGN_NOT_SAME:
		return strcmp(kernel, version) != 0;
	case SIGN_GLOB:
		return glob_fits(version, kernel);
	case SIGN_NOT_GLOB:
		return !glob_fits(version, kernel);
	case SIGN_LESS:
		return order < 0;
	case SIGN_LESS_EQUAL:
		return order <= 0;
	case SIGN_EQUAL:
		return order == 0;
	case SIGN_UNEQUAL:
		return order != 0;
	case SIGN_GREATER_EQUAL:
		return order >= 0;
	case SIGN_GREATER:
		return order > 0;
	}
	return false;
}

/* All of its expressions hold. */
static bool kernel_version_fits(_unused_ const struct policy_setting *setting,
				const struct policy_value *value,
				const struct policy_subject *subject)
{
	_cleanup_free_ char *copy = strdup(value->text);
	char *rest = copy, *version;
	enum sign_kind kind;

	while (copy && (version = take_expression(&rest, &kind)))
		if (!expression_fits(kind, version, subject->host.kernel))
			return false;
	return copy != NULL;
}

static bool kernel_version_absent(_unused_ const struct policy_setting *setting,
				  const struct policy_subject *subject)
{
	return !subject->host.kernel;
}

static char *
kernel_version_describe(_unused_ const struct policy_setting *setting,
			const struct policy_subject *subject)
{
	return strdup(subject->host.kernel);
}

const struct policy_fact policy_fact_kernel_version = {
	.absent = kernel_version_absent,
	.fits = kernel_version_fits,
	.describe = kernel_version_describe,
};
