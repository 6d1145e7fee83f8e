/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_STRAY_H
#define FACTS_STRAY_H

#include "facts/reader.h"

/*
 * Fills the snapshot's strays, by proc/iomem, which shows addresses only with
 * CAP_SYS_ADMIN, and by what the daemon has seen (broker/plugged.h). After the
 * devices: memory in the range of one is that one's.
 */
void strays_read(struct facts_reader *reader);

#endif
