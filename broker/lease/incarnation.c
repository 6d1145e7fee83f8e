// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease/incarnation.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

int incarnation_renew(struct policy_grant *grant)
{
	unsigned char bytes[(POLICY_INCARNATION_MAX - 1) / 2];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return errno ? -errno : -EIO;
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(grant->incarnation + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}
