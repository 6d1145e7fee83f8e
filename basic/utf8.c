// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/utf8.h"

#include <stddef.h>
#include <stdint.h>

/* The length of the valid sequence at @s, or 0. RFC 3629: neither overlong
 * forms, nor surrogates, nor anything above U+10FFFF. */
static size_t sequence_length(const unsigned char *s)
{
	static const uint32_t lowest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c;
	size_t n;

	if (s[0] < 0x80)
		return 1;
	n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc0 ? 2 : 0;
	if (n == 0 || s[0] >= 0xf8)
		return 0;
	c = s[0] & (0xff >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0; /* the final NUL is caught here too */
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < lowest[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return n;
}

void utf8_repair(char *text)
{
	while (*text) {
		size_t n = sequence_length((const unsigned char *)text);

		if (n == 0)
			*text = '?';
		text += n ?: 1;
	}
}
