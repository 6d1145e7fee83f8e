/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_BLOCK_LOSS_H
#define PLAN_BLOCK_LOSS_H

#include <stdint.h>

#include "basic/size.h"
#include "facts/model/model.h"

/* What of a device becomes no system RAM: the kernel hot-plugs whole memory
 * blocks, and some of its memory lies in none. */

/* Bytes; 0 also where its ranges are unknown. */
uint64_t block_loss(const struct facts_snapshot *snapshot,
		    const struct facts_device *device);

/* A remark on it, to go behind a sentence, or "". */
#define BLOCK_LOSS_REMARK_MAX (2 * SIZE_FORMAT_MAX + 64)
const char *block_loss_remark(const struct facts_snapshot *snapshot,
			      const struct facts_device *device,
			      char buf[BLOCK_LOSS_REMARK_MAX]);

#endif
