/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_UTF8_H
#define BASIC_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads one code point from the first of the @size bytes of @text: UTF-8 as of
 * RFC 3629, so neither overlong forms, nor surrogates, nor anything above
 * U+10FFFF. Returns how many bytes it takes and *ret, which may be NULL; or 0
 * when no valid sequence starts there.
 */
size_t utf8_take(const char *text, size_t size, uint32_t *ret);

/* C0, DEL or C1: a terminal may take it for a command. */
bool utf8_is_control(uint32_t code);

/*
 * Puts '?' in the place of each byte of @text that is not part of a valid
 * sequence. All text from outside goes through this, or through the next: what
 * facts/root.h reads, what is logged, what is printed as JSON or sent over the
 * bus.
 */
void utf8_repair(char *text);

/* The same, and of each byte of a control character: for what anybody can name,
 * such as a process. */
void utf8_mask(char *text);

#endif
