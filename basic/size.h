/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_SIZE_H
#define BASIC_SIZE_H

#include <stdint.h>

/* Sizes as text; parse_size() in basic/parse.h reads it. */

/* What stands behind a number: 1024 to the power of 1, 2, ... bytes. */
extern const char size_units[];

/* Bytes as a person reads them: "1G", "512M", "1.5G"; the caller's buffer. */
#define SIZE_FORMAT_MAX 24
char *size_format(uint64_t bytes, char buf[SIZE_FORMAT_MAX]);

/* The same without rounding: "1537M"; where rounding could make it seem to fit.
 */
char *size_format_exact(uint64_t bytes, char buf[SIZE_FORMAT_MAX]);

#endif
