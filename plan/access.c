// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/access.h"

#include "basic/names.h"

/* By what is demanded: the one, the other, both. */
static const char *const demands[] = {
	NULL,
	"Exclusive=yes",
	"ForkInheritance=no",
	"Exclusive=yes with ForkInheritance=no",
};
static const char *const offers[] = {
	NULL,
	"Exclusive=try",
	"ForkInheritance=try-no",
	"Exclusive=try and ForkInheritance=try-no",
};

static unsigned int index_of(const struct policy_use *use)
{
	return (use->exclusive == POLICY_EXCLUSIVE_YES ? 1 : 0) |
	       (use->fork_inheritance == POLICY_FORK_DROP ? 2 : 0);
}

const char *access_demand(const struct policy_use *use)
{
	return demands[index_of(use)];
}

const char *access_offer(const struct policy_use *use)
{
	return offers[index_of(use)];
}

bool access_is_exclusive(const struct policy_use *use)
{
	return use->exclusive != POLICY_EXCLUSIVE_NO;
}

bool access_drops_fork(const struct policy_use *use)
{
	return use->fork_inheritance != POLICY_FORK_INHERIT;
}

bool access_is_wanted(const struct policy_use *use)
{
	return access_is_exclusive(use) || access_drops_fork(use);
}

bool access_is_impossible(const struct facts_snapshot *snapshot,
			  const struct facts_device *device,
			  const struct policy_use *use)
{
	const struct facts_kernel *kernel = &snapshot->kernel;

	if (!access_is_wanted(use))
		return false;
	if (facts_device_is_bound(device, DRIVER_DEVICE_DAX))
		return !device->users.known;
	return kernel->has_device_dax && !kernel->device_dax_attach;
}

bool access_holds(const struct facts_device *device,
		  const struct policy_use *use)
{
	return device->users.exclusive == access_is_exclusive(use) &&
	       device->users.dontfork == access_drops_fork(use);
}

const char *access_remark(const struct facts_snapshot *snapshot,
			  const struct facts_device *device,
			  const struct policy_use *use)
{
	if (!access_is_impossible(snapshot, device, use))
		return "";
	return "; Exclusive= and ForkInheritance= have no effect: they need "
	       "daxbroker's own module " DRIVER_DEVICE_DAX;
}
