/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_PARSE_H
#define BASIC_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/range.h"

/*
 * Text to values. All return 0, or -EINVAL where the text is not of the form
 * said, or -ERANGE where its value does not fit; outputs are untouched then.
 * Surrounding white space (a sysfs file's newline too) is allowed.
 */

/* Unsigned decimal, or hexadecimal with 0x. No sign. */
int parse_u64(const char *text, uint64_t *ret);

/* Signed decimal. */
int parse_int(const char *text, int *ret);

/* Bytes: a number with an optional suffix: B, or K, M, G, T, P, E of any case
 * (powers of 1024), optionally followed by "iB". Not KB: that is 1000
 * elsewhere.
 */
#define PARSE_SIZE_SUFFIXES "K, M, G, T, P and E, or KiB and so on"
int parse_size(const char *text, uint64_t *ret);

/* "START-END" physical addresses, both included, each as parse_u64(), or one
 * address alone. START > END is -EINVAL. */
int parse_phys_range(const char *text, struct phys_range *ret);

/* @prefix followed by nothing but decimal digits, without leading zeros. */
bool parse_numbered(const char *name, const char *prefix, uint64_t *ret);

#endif
