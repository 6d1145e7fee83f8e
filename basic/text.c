// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/text.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/utf8.h"

char *text_vformat(const char *format, va_list ap)
{
	char *text;

	return vasprintf(&text, format, ap) < 0 ? NULL : text;
}

char *text_format(const char *format, ...)
{
	va_list ap;
	char *text;

	va_start(ap, format);
	text = text_vformat(format, ap);
	va_end(ap);
	return text;
}

int text_add(char **text, const char *between, const char *word)
{
	char *longer = *text ? text_format("%s%s%s", *text, between, word)
			     : strdup(word);

	if (!longer)
		return -ENOMEM;
	free(*text);
	*text = longer;
	return 0;
}

static bool is_control(uint32_t code)
{
	return utf8_is_control(code) && code != '\t' && code != '\n';
}

unsigned int text_fault(const char *text, size_t size, const char **ret_what)
{
	unsigned int line = 1;
	size_t length;

	for (size_t i = 0; i < size; i += length) {
		uint32_t code;

		length = utf8_take(text + i, size - i, &code);
		if (length == 0) {
			*ret_what = "bytes that are not UTF-8";
			return line;
		}
		if (code == '\r' && i + 1 < size && text[i + 1] == '\n')
			continue;
		if (is_control(code)) {
			*ret_what = code ? "a control character" : "a NUL byte";
			return line;
		}
		if (code == '\n')
			line++;
	}
	return 0;
}

char *text_excerpt(const char *text, char buf[TEXT_EXCERPT_MAX])
{
	static const char more[] = "...";
	size_t length = strlen(text);

	if (length >= TEXT_EXCERPT_MAX) {
		length = TEXT_EXCERPT_MAX - sizeof(more);
		while (length && ((unsigned char)text[length] & 0xc0) == 0x80)
			length--;
		memcpy(buf + length, more, sizeof(more));
	} else {
		buf[length] = '\0';
	}
	for (size_t i = 0; i < length; i++)
		buf[i] = (char)(text[i] == '\t' ? ' ' : text[i]);
	return buf;
}

bool text_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text), tail = strlen(suffix);

	return length >= tail && strcmp(text + length - tail, suffix) == 0;
}
