/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_USAGE_READ_H
#define FACTS_USAGE_READ_H

#include "facts/model/usage.h"

/* What the kernel said of pages before @since (clock_usec()) is left out: it is
 * of another attempt. Returns 0 and *ret, to be freed with
 * facts_usage_free(); -ENOMEM; or the error of opening proc. What cannot be
 * read is unknown. */
int facts_usage_read(int root_fd, const struct facts_snapshot *snapshot,
		     const struct facts_device *device, uint64_t since,
		     struct facts_usage **ret);

#endif
