/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_FACTS_DUMP_H
#define TESTS_FACTS_DUMP_H

#include "facts/model/model.h"

/* All of a snapshot as text, to be freed: equal snapshots have equal texts.
 * Never NULL. */
char *dump_snapshot(const struct facts_snapshot *snapshot);

#endif
