/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIB_PROPERTY_H
#define LIB_PROPERTY_H

#include "lib/lease.h"

/* Takes over what the dictionary a{sv} of @message that comes next says of the
 * lease; what is unknown or of another type is skipped. 0 or a negative errno.
 */
int property_read_all(struct daxbroker_lease *lease, sd_bus_message *message);

/* All that is needed is known: 0 or -EBADMSG. */
int property_check(const struct daxbroker_lease *lease);

#endif
