// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/utf8.h"

#include <string.h>

size_t utf8_take(const char *text, size_t size, uint32_t *ret)
{
	/* The smallest code point that needs so many bytes. */
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)text;
	uint32_t code;
	size_t n;

	if (size == 0 || (s[0] >= 0x80 && s[0] < 0xc0) || s[0] >= 0xf8)
		return 0;
	n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc0 ? 2 : 1;
	if (n > size)
		return 0;
	code = n == 1 ? s[0] : s[0] & (0x7fU >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < least[n] || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	if (ret)
		*ret = code;
	return n;
}

bool utf8_is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

static void replace(char *text, bool controls)
{
	size_t size = strlen(text);
	uint32_t code;

	for (size_t i = 0, n; i < size; i += n) {
		n = utf8_take(text + i, size - i, &code);
		if (n > 0 && (!controls || !utf8_is_control(code)))
			continue;
		n = n ?: 1;
		memset(text + i, '?', n);
	}
}

void utf8_repair(char *text)
{
	replace(text, false);
}

void utf8_mask(char *text)
{
	replace(text, true);
}
