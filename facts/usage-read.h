/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_USAGE_READ_H
#define FACTS_USAGE_READ_H

#include "facts/model/usage.h"

/* Returns 0 and *ret, to be freed with facts_usage_free(); -ENOMEM; or the
 * error of opening proc. What cannot be read is unknown. */
int facts_usage_read(int root_fd, const struct facts_snapshot *snapshot,
		     const struct facts_device *device,
		     struct facts_usage **ret);

#endif
