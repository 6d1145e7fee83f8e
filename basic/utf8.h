/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_UTF8_H
#define BASIC_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads one code point from the first of the @size bytes of @text: UTF-8 as of
 * RFC 3629, so neither overlong forms, nor surrogates, nor anything above
 * U+10FFFF. Returns how many bytes it takes and *ret, which may be NULL; or 0
 * when no valid sequence starts there.
 */
size_t utf8_take(const char *text, size_t size, uint32_t *ret);

/* Puts '?' in the place of each byte of @text that is not part of a valid
 * sequence. */
void utf8_repair(char *text);

#endif
