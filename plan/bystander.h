/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_BYSTANDER_H
#define PLAN_BYSTANDER_H

#include "plan/plan.h"

/*
 * A bystander is a device that has no driver, and that the kernel gives to a
 * driver together with the one that is meant. Where a driver does not match a
 * device, it takes it by new_id alone, and then probes all devices that it
 * matches and that have no driver. Pure, as all of plan/.
 */

/* True when @driver takes @device by itself, as far as can be told: who
 * makes a region may have it otherwise (region_idle of dax_hmem). */
bool bystander_matches(const struct facts_snapshot *snapshot,
		       const struct facts_device *device, const char *driver);

/* True when giving @device to @driver takes @other with it. Daxbroker's drivers
 * take any one device; whether a driver is one of these is unknown while it is
 * not loaded. */
bool bystander_is(const struct facts_snapshot *snapshot,
		  const struct facts_device *device, const char *driver,
		  const struct facts_device *other);

/* The names of those that NeverTouch= excludes and that a driver could take,
 * "dax0.0 dax2.0", to be freed; NULL: none. Returns 0 or -ENOMEM. */
int bystander_find_spared(const struct plan_item *items, size_t n, char **ret);

/*
 * Completes the plan of @item, one of the @n, where @spared are those that
 * bystander_find_spared() has found: its steps say which bystanders
 * are held by device_dax meanwhile. A switch that would take one that
 * NeverTouch= excludes is refused. Returns 0 or -ENOMEM.
 */
int bystander_respect(const struct facts_snapshot *snapshot,
		      const struct plan_item *items, size_t n,
		      const struct plan_item *item, const char *spared);

/* True when @plan must leave the device of this name alone (plan->spared). */
bool bystander_is_spared(const struct plan *plan, const char *device);

#endif
