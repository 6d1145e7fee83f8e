/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_MEASURER_H
#define BROKER_MEASURER_H

#include <systemd/sd-event.h>

#include "basic/range.h"

/*
 * Measures what memory is in use for, in a process of its own: the daemon never
 * scans memory itself. It ends by the clock, with what it has until then.
 */
struct measurer;

/* What it takes at most. */
#define MEASURER_USEC (300 * UINT64_C(1000))

/* The costs (broker/lease/cost.h) of the first @n ranges, borrowed; the
 * measurer may be freed in it. */
typedef void (*measurer_fn)(const uint64_t *costs, size_t n, void *userdata);

/* @ranges need to live only until this returns. SIGCHLD must be blocked. @done
 * is called once. Returns 0 and *ret, to be freed with measurer_free(); or a
 * negative errno. */
int measurer_start(sd_event *event, int root_fd,
		   const struct phys_range *ranges, size_t n, measurer_fn done,
		   void *userdata, struct measurer **ret);

/* NULL is allowed. A process that is still there is killed. */
void measurer_free(struct measurer *measurer);

#endif
