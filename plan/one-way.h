/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_ONE_WAY_H
#define PLAN_ONE_WAY_H

#include <stdbool.h>

#include "facts/model/model.h"
#include "policy/use.h"

/*
 * Memory in a kernel zone of a node that has no other. Since Linux 6.14 it
 * never leaves: the node's own kernel threads (kswapd, kcompactd) are made with
 * its first memory, in it, and end with its last. Memory of the same region is
 * no other: nobody knows which comes first.
 */

/* True when the switch of @device to @use leads there. */
bool one_way_leads(const struct facts_snapshot *snapshot,
		   const struct facts_device *device,
		   const struct policy_use *use);

/* True when memory of @device is there. */
bool one_way_holds(const struct facts_snapshot *snapshot,
		   const struct facts_device *device);

/* What is to be known of a switch of @device to @use, to go behind a sentence,
 * or "". */
const char *one_way_remark(const struct facts_snapshot *snapshot,
			   const struct facts_device *device,
			   const struct policy_use *use);

#endif
