/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_IDENTITY_H
#define FACTS_IDENTITY_H

#include "facts/model/model.h"

/* Sets the identity of all devices; their regions are read by now. Returns 0
 * or -ENOMEM. */
int identities_set(struct facts_snapshot *snapshot);

#endif
