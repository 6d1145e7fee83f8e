/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_JOB_WATCH_H
#define BROKER_JOB_WATCH_H

#include "broker/core.h"

/* What becomes of the jobs of a pass: calls for the batch that has them. */
struct batch_events job_watch_events(struct broker *broker);

#endif
