/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_DOCUMENT_READ_H
#define FACTS_DOCUMENT_READ_H

#include <stddef.h>

#include "facts/model/model.h"

/* A longer document is refused. */
#define FACTS_DOCUMENT_SIZE_MAX (16 * 1024 * 1024)

/*
 * Reads a facts document (facts/document-write.h), which may come from anybody.
 * Returns 0 and *ret, to be freed with facts_snapshot_free(); -EINVAL and in
 * *ret_message, to be freed, what is wrong with it; or -ENOMEM.
 */
int facts_document_read(const char *text, size_t size,
			struct facts_snapshot **ret, char **ret_message);

#endif
