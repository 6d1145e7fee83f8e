/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_SUSPECTS_H
#define FACTS_SUSPECTS_H

#include "facts/usage-reader.h"

/* The kernel's own words on what hindered it: from kmem's last_error, and
 * else from the kernel's log. 0 or -ENOMEM. */
int suspects_read(struct usage_reader *reader);

#endif
