/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_TEXT_H
#define BASIC_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "basic/cleanup.h"

/*
 * asprintf(3) that returns the text, to be freed; NULL: out of memory. What is
 * printed bit by bit goes into a struct text_stream (basic/text-stream.h).
 */
char *text_format(const char *format, ...) _printf_(1, 2);
char *text_vformat(const char *format, va_list ap) _printf_(1, 0);

/* Puts @word behind *text, which is to be freed, and @between between the two;
 * NULL: there is nothing yet. Returns 0, or -ENOMEM and *text as it was. */
int text_add(char **text, const char *between, const char *word);

/*
 * Finds the first byte that does not belong in a text file: invalid UTF-8,
 * or a control character other than tab, newline and a carriage return before
 * a newline. Returns its line (1 is the first) and in *ret_what what it is, a
 * static string; or 0 when all of it is text.
 */
unsigned int text_fault(const char *text, size_t size, const char **ret_what);

/* The beginning of @text for use in a message, cut between two characters and
 * closed with "..." where it is long; tabs become spaces. */
#define TEXT_EXCERPT_MAX 68
char *text_excerpt(const char *text, char buf[TEXT_EXCERPT_MAX]);

bool text_starts_with(const char *text, const char *prefix);
bool text_ends_with(const char *text, const char *suffix);

#endif
