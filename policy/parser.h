/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_PARSER_H
#define POLICY_PARSER_H

#include <stddef.h>

#include "policy/file.h"

/* A longer file is no policy file. */
#define POLICY_FILE_SIZE_MAX (64 * 1024)

/*
 * Reads the text of @source, one of the sources of @file, into @file; what is
 * wrong becomes a diagnostic of @source. Text that is no text at all is not
 * looked at. Returns 0 or -ENOMEM.
 */
int policy_parser_parse(struct policy_file *file, struct policy_source *source,
			const char *text, size_t size);

#endif
