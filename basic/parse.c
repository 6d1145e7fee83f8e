// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/parse.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "basic/size.h"

static const char *skip_space(const char *p)
{
	while (isspace((unsigned char)*p))
		p++;
	return p;
}

static int at_end(const char *p)
{
	return *skip_space(p) == '\0' ? 0 : -EINVAL;
}

/* Reads a number and leaves *p behind it. */
static int take_u64(const char **p, uint64_t *ret)
{
	const char *start = skip_space(*p);
	bool hex = start[0] == '0' && (start[1] == 'x' || start[1] == 'X');
	unsigned long long value;
	char *end;

	if (!isdigit((unsigned char)start[0]) ||
	    (hex && !isxdigit((unsigned char)start[2])))
		return -EINVAL;
	errno = 0;
	value = strtoull(start, &end, hex ? 16 : 10);
	if (errno)
		return -ERANGE;
	*p = end;
	*ret = value;
	return 0;
}

int parse_u64(const char *text, uint64_t *ret)
{
	uint64_t value;
	int r;

	r = take_u64(&text, &value);
	if (r < 0)
		return r;
	r = at_end(text);
	if (r < 0)
		return r;
	*ret = value;
	return 0;
}

int parse_int(const char *text, int *ret)
{
	const char *start = skip_space(text);
	char *end;
	long value;

	if (!isdigit((unsigned char)start[*start == '-' ? 1 : 0]))
		return -EINVAL;
	errno = 0;
	value = strtol(start, &end, 10);
	if (at_end(end) < 0)
		return -EINVAL;
	if (errno || value < INT_MIN || value > INT_MAX)
		return -ERANGE;
	*ret = (int)value;
	return 0;
}

int parse_size(const char *text, uint64_t *ret)
{
	const char *suffix;
	uint64_t value;
	unsigned int shift = 0;
	int r;

	r = take_u64(&text, &value);
	if (r < 0)
		return r;
	text = skip_space(text);
	suffix = *text ? strchr(size_units, toupper((unsigned char)*text))
		       : NULL;
	if (suffix) {
		shift = 10 * (unsigned int)(suffix - size_units + 1);
		text++;
		if (text[0] == 'i' && text[1] == 'B')
			text += 2;
	} else if (*text == 'B') {
		text++;
	}
	r = at_end(text);
	if (r < 0)
		return r;
	if (shift && value > UINT64_MAX >> shift)
		return -ERANGE;
	*ret = value << shift;
	return 0;
}

int parse_phys_range(const char *text, struct phys_range *ret)
{
	struct phys_range range;
	int r;

	r = take_u64(&text, &range.start);
	if (r < 0)
		return r;
	range.end = range.start;
	text = skip_space(text);
	if (*text == '-') {
		text++;
		r = take_u64(&text, &range.end);
		if (r < 0)
			return r;
	}
	r = at_end(text);
	if (r < 0)
		return r;
	if (range.end < range.start)
		return -EINVAL;
	*ret = range;
	return 0;
}

bool parse_numbered(const char *name, const char *prefix, uint64_t *ret)
{
	size_t length = strlen(prefix);
	const char *digits = name + length;

	if (strncmp(name, prefix, length) != 0 ||
	    !isdigit((unsigned char)digits[0]) ||
	    (digits[0] == '0' && digits[1]) ||
	    digits[strspn(digits, "0123456789")])
		return false;
	return parse_u64(digits, ret) == 0;
}
