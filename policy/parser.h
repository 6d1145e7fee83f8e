/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_PARSER_H
#define POLICY_PARSER_H

#include <stddef.h>

#include "policy/file.h"

/* Bytes; a longer file is an error. */
#define POLICY_FILE_SIZE_MAX (64 * 1024)

/*
 * Reads the text of @source, one of the sources of @file, into @file; what is
 * wrong becomes a diagnostic of @source. Bytes that are not text are not
 * parsed. Returns 0 or -ENOMEM.
 */
int policy_parser_parse(struct policy_file *file, struct policy_source *source,
			const char *text, size_t size);

#endif
