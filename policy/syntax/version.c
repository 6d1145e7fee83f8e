// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/syntax/version.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* What divides a version, the weakest first: a version with one of them where
 * the other has something else is the older. */
static const char separators[] = "-^.";

static int order(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static bool is_meaningful(char c)
{
	return isalnum((unsigned char)c) || c == '~' ||
	       (c && strchr(separators, c));
}

static const char *skip_noise(const char *p)
{
	while (*p && !is_meaningful(*p))
		p++;
	return p;
}

static size_t span(const char *p, int (*in_class)(int))
{
	size_t n = 0;

	while (in_class((unsigned char)p[n]))
		n++;
	return n;
}

/* Compares the numbers that both start with; one that is missing is older than
 * any. */
static int compare_numbers(const char **a, const char **b)
{
	size_t a_length = span(*a, isdigit), b_length = span(*b, isdigit);
	int r = order(a_length > 0, b_length > 0);

	if (r)
		return r;
	for (; a_length && **a == '0'; a_length--)
		(*a)++;
	for (; b_length && **b == '0'; b_length--)
		(*b)++;
	r = order(a_length, b_length);
	if (r == 0)
		r = memcmp(*a, *b, a_length);
	*a += a_length;
	*b += b_length;
	return r;
}

static int compare_words(const char **a, const char **b)
{
	size_t a_length = span(*a, isalpha), b_length = span(*b, isalpha);
	int r = memcmp(*a, *b, a_length < b_length ? a_length : b_length);

	if (r == 0)
		r = order(a_length, b_length);
	*a += a_length;
	*b += b_length;
	return r;
}

/* Steps over @mark where both have it; else who has it is older. */
static int compare_mark(const char **a, const char **b, char mark)
{
	bool in_a = **a == mark, in_b = **b == mark;

	if (in_a && in_b) {
		(*a)++;
		(*b)++;
	}
	return order(!in_a, !in_b);
}

int version_compare(const char *a, const char *b)
{
	int r;

	for (;;) {
		a = skip_noise(a);
		b = skip_noise(b);
		r = compare_mark(&a, &b, '~');
		if (r)
			return r;
		if (!*a || !*b)
			return order(*a != '\0', *b != '\0');
		for (const char *s = separators; *s && r == 0; s++)
			r = compare_mark(&a, &b, *s);
		if (r == 0 &&
		    (isdigit((unsigned char)*a) || isdigit((unsigned char)*b)))
			r = compare_numbers(&a, &b);
		else if (r == 0)
			r = compare_words(&a, &b);
		if (r)
			return r;
	}
}
