/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_IDENTITY_H
#define FACTS_IDENTITY_H

#include "facts/reader.h"

/* Sets the identity of all devices; their regions are read by now. */
void identities_set(struct facts_reader *reader);

#endif
