/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIB_EVENT_H
#define LIB_EVENT_H

#include "lib/lease.h"

/* Has signals about @lease, whose link is open, come, and reads what it is now:
 * what was signalled before that is in its properties. 0 or a negative errno,
 * and a sentence. */
int event_subscribe(struct daxbroker_lease *lease, char **ret_error);

#endif
