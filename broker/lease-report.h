/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_LEASE_REPORT_H
#define BROKER_LEASE_REPORT_H

#include "broker/lease/lease-table.h"

/* What the log has of leases, with its fields and message ids. */

void lease_report_begun(const struct lease *lease);
void lease_report_ended(const struct lease *lease);
/* Its deadline is over, and it is taken from who still has it. */
void lease_report_taken(const struct lease *lease);
/* Its deadline is over, and it cannot be taken. */
void lease_report_kept(const struct lease *lease);
/* Memory of it has failed: @length 0: it is unknown where. */
void lease_report_poisoned(const struct lease *lease, uint64_t offset,
			   uint64_t length);
/* It cannot be given back as memory of it has failed. */
void lease_report_withheld(const struct lease *lease);

#endif
