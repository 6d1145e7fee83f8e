/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_SCHEDULE_H
#define BROKER_SCHEDULE_H

#include "broker/core.h"

/* When the next pass is made, and what leads to it. */

/* CLOCK_MONOTONIC, us. */
uint64_t schedule_now(const struct broker *broker);

/* The next pass is then; 0: none is due. */
void schedule_set(struct broker *broker, uint64_t at);

/* The next pass is in @delay us, or when the jobs that run have ended. */
void schedule_pass(struct broker *broker, uint64_t delay);

/* A removal goes on. Other events meanwhile do not bring the pass forward. */
void schedule_postpone(struct broker *broker);

/* What led to the next pass. */
void schedule_note(struct broker *broker, const char *trigger);

/* What waits was decided otherwise. */
void schedule_decide_anew(struct broker *broker);

/* All that was to be done is done, or fails. */
void schedule_settle(struct broker *broker);

/* Of the policies that were read, the first override that ends by itself. */
void schedule_arm_expiry(struct broker *broker);

/* For timers: a job, a pass or a name is due again; an override has ended.
 * @userdata is the broker. */
void schedule_on_retry(void *userdata);
void schedule_on_expiry(void *userdata);

#endif
