/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_OVERRIDE_STORE_H
#define BROKER_OVERRIDE_STORE_H

#include "policy/override.h"

/* Writes the files that override_load() reads, so that @overrides survive the
 * daemon, or the boot. At each moment each file is the old one or the new one,
 * whole; one that would be empty and is not there is not made. Returns 0 or a
 * negative errno. */
int override_store_write(int root_fd, const struct policy_overrides *overrides,
			 enum policy_override_scope scope);

#endif
