/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_MACHINE_H
#define FACTS_MACHINE_H

#include "facts/reader.h"

/* Fills the snapshot's host, kernel and memory. */
void machine_read(struct facts_reader *reader);

#endif
