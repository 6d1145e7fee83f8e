/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_ENDING_H
#define BROKER_ENDING_H

#include "broker/batch.h"
#include "broker/record.h"

/* Takes the end of a job into its device's record at time @now, and reports
 * it. */
void ending_take(int root_fd, const struct batch_job *job,
		 const struct act_result *result, uint64_t now);

#endif
