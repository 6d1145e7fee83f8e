// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/syntax/glob.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stddef.h>
#include <string.h>

#include "basic/cleanup.h"

/* The length of "[:digit:]", "[=a=]" or "[.a.]" within brackets, 0 for none. */
static size_t class_length(const char *p)
{
	char end[3] = { p[1], ']', '\0' };
	const char *found;

	if (p[0] != '[' || !p[1] || !strchr(":=.", p[1]))
		return 0;
	found = strstr(p + 2, end);
	return found ? (size_t)(found - p) + 2 : 0;
}

/* The length of a bracket expression, 0 when it has no end: then the bracket
 * means itself. */
static size_t bracket_length(const char *pattern)
{
	const char *p = pattern + 1;

	p += *p == '!' || *p == '^';
	p += *p == ']';
	while (*p && *p != ']') {
		size_t length = class_length(p);

		if (*p == '\\' && p[1])
			length = 2;
		p += length ? length : 1;
	}
	return *p ? (size_t)(p - pattern) + 1 : 0;
}

static size_t element_length(const char *pattern)
{
	size_t length = *pattern == '[' ? bracket_length(pattern) : 0;

	if (*pattern == '\\' && pattern[1])
		return 2;
	return length ? length : *pattern != '\0';
}

static bool bracket_fits(const char *pattern, size_t length, char c, int flags)
{
	_cleanup_free_ char *bracket = strndup(pattern, length);
	const char text[] = { c, '\0' };

	return bracket && fnmatch(bracket, text, flags) == 0;
}

static bool element_fits(const char *pattern, size_t length, char c, int flags)
{
	unsigned char wanted = (unsigned char)pattern[0];
	unsigned char have = (unsigned char)c;

	if (*pattern == '?')
		return true;
	if (*pattern == '[' && length > 1)
		return bracket_fits(pattern, length, c, flags);
	if (length == 2)
		wanted = (unsigned char)pattern[1];
	return flags & FNM_CASEFOLD ? tolower(wanted) == tolower(have)
				    : wanted == have;
}

/* It stands for itself. Most of a pattern does. */
static bool is_plain(char c)
{
	return c != '*' && c != '?' && c != '[' && c != '\\';
}

/* Where, from @text on, what stands behind a "*" can begin; its end: nowhere,
 * if the pattern goes on. */
static const char *find_start(const char *pattern, const char *text, int flags)
{
	return is_plain(*pattern) && !(flags & FNM_CASEFOLD)
		       ? strchrnul(text, *pattern)
		       : text;
}

/* Only the last "*" is ever tried again: what the ones before it hold cannot
 * help what comes after. */
static bool fits(const char *pattern, const char *text, int flags)
{
	const char *star = NULL, *again = NULL;

	while (*text) {
		size_t length;

		if (*pattern == *text && is_plain(*pattern)) {
			pattern++;
			text++;
			continue;
		}
		length = element_length(pattern);
		if (*pattern == '*') {
			star = ++pattern;
			again = text = find_start(star, text, flags);
		} else if (length &&
			   element_fits(pattern, length, *text, flags)) {
			pattern += length;
			text++;
		} else if (star) {
			pattern = star;
			again = text = find_start(star, again + 1, flags);
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

bool glob_fits(const char *pattern, const char *text)
{
	return fits(pattern, text, 0);
}

bool glob_fits_any_case(const char *pattern, const char *text)
{
	return fits(pattern, text, FNM_CASEFOLD);
}
