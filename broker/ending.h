/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_ENDING_H
#define BROKER_ENDING_H

#include "broker/batch.h"
#include "broker/record.h"

/* Takes the end of a job into its device's record at time @now, and reports it.
 * @stopping: the job was ended as the daemon stops. */
void ending_take(int root_fd, const struct batch_job *job,
		 const struct batch_end *end, bool stopping, uint64_t now);

#endif
