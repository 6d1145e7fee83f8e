// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease-poison.h"

#include <string.h>

#include "basic/log.h"
#include "broker/lease-report.h"
#include "broker/lease/incarnation.h"

/* As much as the kernel names by an address. */
#define PAGE 4096

static void report(struct lease_desk *desk, struct lease_entry *entry,
		   uint64_t offset, uint64_t length)
{
	struct policy_grant grant = entry->lease.grant;
	int r = incarnation_renew(&grant);

	if (r >= 0)
		r = desk_put(desk, entry, &grant, false);
	if (r < 0)
		log_warning("That memory of a lease failed cannot be written: "
			    "%s",
			    strerror(-r));
	else
		desk_report(desk, entry);
	lease_report_poisoned(&entry->lease, offset, length);
	watchers_poisoned(desk->outside.watchers, &entry->lease, offset,
			  length);
}

void lease_poison_note(struct lease_desk *desk, struct lease_entry *entry,
		       const struct facts_device *device)
{
	const uint64_t before = entry->poisoned_pages;
	const bool known = entry->poison_known;

	if (!device->users.known)
		return;
	entry->poisoned_pages = device->users.poisoned_pages;
	entry->poison_known = true;
	/* What an event said already. */
	if (entry->poison_events > 0 && device->users.poisoned_pages > before) {
		entry->poison_events = 0;
		return;
	}
	if (known && device->users.poisoned_pages > before)
		report(desk, entry, 0, 0);
}

void lease_poison_at(struct lease_desk *desk, struct lease_entry *entry,
		     uint64_t address)
{
	const struct policy_grant *grant = &entry->lease.grant;
	const uint64_t page = address - address % PAGE;
	uint64_t offset = 0;

	if (grant->state != POLICY_GRANT_ACTIVE)
		return;
	for (size_t i = 0; i < grant->n_ranges; i++) {
		const struct phys_range range = grant->ranges[i];

		if (page >= range.start && page <= range.end) {
			entry->poison_events++;
			report(desk, entry, offset + (page - range.start),
			       PAGE);
			return;
		}
		offset += phys_range_size(range);
	}
}

void lease_poison_withhold(struct lease_desk *desk, struct lease_entry *entry)
{
	const bool reported = entry->poison_reported;

	entry->poison_reported = true;
	entry->lease.holder = (struct act_blocker){ .kind = "poisoned" };
	desk_report(desk, entry);
	if (!reported)
		lease_report_withheld(&entry->lease);
}
