/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_DOCUMENT_WRITE_H
#define FACTS_DOCUMENT_WRITE_H

#include <stdbool.h>

#include "facts/model/model.h"

/*
 * A snapshot as a JSON document, so that what policies would decide for a
 * machine can be asked on another one: `daxbroker facts` writes it,
 * docs/daxbroker.1 describes it. It has all that a decision needs and nothing
 * that is to be kept from others: no names of processes, no machine ID unless
 * it is asked for, and of options on the kernel's command line that may hold a
 * secret only the name.
 */
/* Returns 0 and *ret, to be freed; or -ENOMEM. */
int facts_document_write(const struct facts_snapshot *snapshot,
			 bool with_machine_id, char **ret);

#endif
