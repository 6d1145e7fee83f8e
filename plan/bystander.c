// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/bystander.h"

#include <errno.h>
#include <string.h>

#include "basic/names.h"
#include "basic/text.h"

static bool is_kmem(const char *driver)
{
	return strcmp(driver, DRIVER_KMEM) == 0;
}

/* Without a name on its list: kmem all but persistent memory, device_dax that,
 * or where the kernel knows no such types all devices. */
bool bystander_matches(const struct facts_snapshot *snapshot,
		       const struct facts_device *device, const char *driver)
{
	bool pmem = facts_device_region(snapshot, device)->provider ==
		    FACTS_PROVIDER_PMEM;

	if (snapshot->kernel.dax_by_name)
		return !is_kmem(driver);
	return is_kmem(driver) != pmem;
}

static bool takes_any_one(const struct facts_snapshot *snapshot,
			  const char *driver)
{
	return is_kmem(driver) ? snapshot->kernel.kmem_attach
			       : snapshot->kernel.device_dax_attach;
}

bool bystander_is(const struct facts_snapshot *snapshot,
		  const struct facts_device *device, const char *driver,
		  const struct facts_device *other)
{
	return other != device && !other->driver && other->size > 0 &&
	       !takes_any_one(snapshot, driver) &&
	       !bystander_matches(snapshot, device, driver) &&
	       bystander_matches(snapshot, other, driver);
}

bool bystander_is_spared(const struct plan *plan, const char *device)
{
	const size_t length = strlen(device);
	const char *at = plan->spared;

	while (at && (at = strstr(at, device))) {
		bool begins = at == plan->spared || at[-1] == ' ';

		at += length;
		if (begins && (*at == ' ' || *at == '\0'))
			return true;
	}
	return false;
}

int bystander_find_spared(const struct plan_item *items, size_t n, char **ret)
{
	_cleanup_free_ char *names = NULL;
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		const struct policy_decision *d = items[i].decision;

		if (!items[i].device->driver &&
		    (d->exclusion || d->exclusion_unknown))
			r = text_add(&names, " ", items[i].device->name);
	}
	if (r == 0)
		*ret = TAKE_PTR(names);
	return r;
}

/* "dax0.0 dax2.0", or NULL: none. */
static int find_taken(const struct facts_snapshot *snapshot,
		      const struct plan_item *item, const char *driver,
		      char **ret)
{
	int r = 0;

	*ret = NULL;
	for (size_t i = 0; i < snapshot->n_devices && r == 0; i++)
		if (bystander_is(snapshot, item->device, driver,
				 &snapshot->devices[i]))
			r = text_add(ret, " ", snapshot->devices[i].name);
	return r;
}

static const struct plan_item *
find_forbidden(const struct facts_snapshot *snapshot,
	       const struct plan_item *items, size_t n,
	       const struct plan_item *item, const char *driver)
{
	for (size_t i = 0; i < n; i++)
		if (bystander_is_spared(item->plan, items[i].device->name) &&
		    bystander_is(snapshot, item->device, driver,
				 items[i].device))
			return &items[i];
	return NULL;
}

static int refuse(struct plan *plan, const char *driver,
		  const struct plan_item *forbidden)
{
	plan_drop_steps(plan);
	plan->outcome = PLAN_REFUSED;
	plan->refusal = PLAN_REFUSAL_LIMIT;
	free(plan->reason);
	plan->reason = text_format(
		"%s is left as it is for NeverTouch=, which excludes %s: that "
		"has no driver, and the kernel's own %s would take both; give "
		"%s a driver, or install daxbroker's kernel modules",
		plan->device, forbidden->device->name, driver,
		forbidden->device->name);
	return plan->reason ? 0 : -ENOMEM;
}

static int explain(struct plan_step *step, const char *names)
{
	char *reason = text_format("%s; the kernel's own %s would take %s, "
				   "too, so " DRIVER_DEVICE_DAX
				   " holds what has no driver meanwhile",
				   step->reason, step->driver, names);

	if (!reason)
		return -ENOMEM;
	free(step->reason);
	step->reason = reason;
	return 0;
}

/* The driver is one that the kernel has already. */
static bool is_loaded(const struct facts_snapshot *snapshot, const char *driver)
{
	return is_kmem(driver) ? snapshot->kernel.has_kmem
			       : snapshot->kernel.has_device_dax;
}

static int respect(const struct facts_snapshot *snapshot,
		   const struct plan_item *items, size_t n,
		   const struct plan_item *item, struct plan_step *step)
{
	_cleanup_free_ char *names = NULL;
	const struct plan_item *forbidden;
	int r;

	/* Then there are none, however many devices there may be. */
	if (takes_any_one(snapshot, step->driver) ||
	    bystander_matches(snapshot, item->device, step->driver))
		return 0;
	r = find_taken(snapshot, item, step->driver, &names);
	if (r < 0 || !names)
		return r;
	forbidden = find_forbidden(snapshot, items, n, item, step->driver);
	if (forbidden && is_loaded(snapshot, step->driver))
		return refuse(item->plan, step->driver, forbidden);
	return explain(step, names);
}

int bystander_respect(const struct facts_snapshot *snapshot,
		      const struct plan_item *items, size_t n,
		      const struct plan_item *item, const char *spared)
{
	struct plan *plan = item->plan;
	int r = 0;

	if (plan->outcome != PLAN_SWITCH)
		return 0;
	if (spared)
		r = text_add(&plan->spared, " ", spared);
	for (size_t i = 0; i < plan->n_steps && r == 0; i++)
		if (plan->steps[i].kind == PLAN_BIND)
			r = respect(snapshot, items, n, item, &plan->steps[i]);
	return r;
}
