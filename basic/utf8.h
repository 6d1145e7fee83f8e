/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_UTF8_H
#define BASIC_UTF8_H

/* Puts '?' in the place of each byte of @text that is not part of a valid
 * UTF-8 sequence (RFC 3629). */
void utf8_repair(char *text);

#endif
