/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_DOCUMENT_H
#define FACTS_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "facts/snapshot.h"

/*
 * A snapshot as a JSON document, so that what policies would decide for a
 * machine can be asked on another one: `daxbroker facts` writes it,
 * docs/daxbroker.1 describes it. It has all that a decision needs and nothing
 * that is to be kept from others: no names of processes, no machine ID unless
 * it is asked for, and of options on the kernel's command line that may hold a
 * secret only the name.
 */
#define FACTS_DOCUMENT_VERSION 1

/* A longer one is none of ours. */
#define FACTS_DOCUMENT_SIZE_MAX (16 * 1024 * 1024)

/* Returns 0 and *ret, to be freed; or -ENOMEM. */
int facts_document_write(const struct facts_snapshot *snapshot,
			 bool with_machine_id, char **ret);

/*
 * Reads one, which may come from anybody. Returns 0 and *ret, to be freed with
 * facts_snapshot_free(); -EINVAL and in *ret_message, to be freed, what is
 * wrong with it; or -ENOMEM.
 */
int facts_document_read(const char *text, size_t size,
			struct facts_snapshot **ret, char **ret_message);

#endif
