// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/overrides.h"

#include "broker/override-store.h"

/* Puts @overrides in the place of those in force, once they are on disk. */
static int take(int root_fd, struct policy_overrides *in_force,
		struct policy_overrides *overrides)
{
	int r = 0;

	for (unsigned int i = 0; i < POLICY_OVERRIDE_SCOPES && r == 0; i++)
		r = override_store_write(root_fd, overrides, i);
	/* A scope that was written already is written back. */
	for (unsigned int i = 0; i < POLICY_OVERRIDE_SCOPES && r < 0; i++)
		override_store_write(root_fd, in_force, i);
	if (r < 0)
		return r;
	policy_overrides_clear(in_force);
	*in_force = *overrides;
	*overrides = (struct policy_overrides){ 0 };
	return 0;
}

int overrides_put(int root_fd, struct policy_overrides *in_force,
		  const struct policy_override *override)
{
	struct policy_overrides overrides;
	int r = policy_overrides_copy(in_force, &overrides);

	if (r < 0)
		return r;
	r = policy_overrides_put(&overrides, override);
	if (r == 0)
		r = take(root_fd, in_force, &overrides);
	policy_overrides_clear(&overrides);
	return r;
}

int overrides_drop(int root_fd, struct policy_overrides *in_force,
		   const char *identity)
{
	struct policy_overrides overrides;
	int r = policy_overrides_copy(in_force, &overrides);

	if (r < 0)
		return r;
	r = policy_overrides_drop(&overrides, identity);
	if (r == 0)
		r = take(root_fd, in_force, &overrides);
	policy_overrides_clear(&overrides);
	return r;
}

bool overrides_expire(int root_fd, struct policy_overrides *in_force,
		      uint64_t now)
{
	if (!policy_overrides_expire(in_force, now))
		return false;
	/* If that fails, they are over all the same: each has its time. */
	override_store_write(root_fd, in_force, POLICY_OVERRIDE_BOOT);
	return true;
}
