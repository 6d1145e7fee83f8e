/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_POISON_H
#define BROKER_LEASE_POISON_H

#include "broker/desk.h"

/* Memory of a lease that fails: its client is told, and its bytes are others
 * from then on. */

/* As a pass has found its device. */
void lease_poison_note(struct lease_desk *desk, struct lease_entry *entry,
		       const struct facts_device *device);

/* At this physical address. */
void lease_poison_at(struct lease_desk *desk, struct lease_entry *entry,
		     uint64_t address);

/* It has ended, and nobody gets its memory: said once. */
void lease_poison_withhold(struct lease_desk *desk, struct lease_entry *entry);

#endif
