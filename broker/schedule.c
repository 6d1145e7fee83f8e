// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/schedule.h"

#include "broker/overrides.h"
#include "broker/report.h"

/* After a removal was announced, which goes on: on Linux 6.1 who unbinds a
 * provider and who reads its region's attributes can wait for each other. */
#define REMOVAL_USEC UINT64_C(1000000)
/* Where removals go on and on, after the first. */
#define REMOVALS_USEC (10 * REMOVAL_USEC)

/* After a pass that failed: memory or descriptors may be there again. */
#define FAILED_USEC (60 * UINT64_C(1000000))

uint64_t schedule_now(const struct broker *broker)
{
	return broker->interface.now(broker->interface.outside);
}

/* The earlier of two times; 0: never. */
static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a && (!b || a < b) ? a : b;
}

/* All that was to be done is done, or fails. */
void schedule_settle(struct broker *broker)
{
	uint64_t at = earlier(record_table_next_retry(&broker->records),
			      announcement_due(&broker->announcement));

	if (broker->error)
		at = earlier(at, schedule_now(broker) + FAILED_USEC);
	broker->interface.timer_set(broker->retry, broker->stopping ? 0 : at);
	broker->trigger = NULL;
	record_table_ask(&broker->records, NULL, JOB_RECORD_NOBODY);
	if (broker->stopping || !record_table_recovers(&broker->records))
		watchers_settled(&broker->watchers);
}

void schedule_set(struct broker *broker, uint64_t at)
{
	broker->pass_at = at;
	broker->interface.timer_set(broker->timer, at);
}

/* The first that came since it has settled counts. */
void schedule_note(struct broker *broker, const char *trigger)
{
	broker->trigger = broker->trigger ?: trigger;
}

/* The next pass is in @delay us, or when the jobs that run have ended. */
void schedule_pass(struct broker *broker, uint64_t delay)
{
	uint64_t at = schedule_now(broker) + delay;

	if (broker->stopping)
		return;
	watchers_busy(&broker->watchers);
	/* No pass while jobs run: reading sysfs could block on the lock of a
	 * device that one works on. One follows at their end anyway. */
	if (batch_is_busy(broker->batch))
		return;
	if (!broker->pass_at || at < broker->pass_at)
		schedule_set(broker, at);
}

/* A removal goes on. Other events meanwhile do not bring the pass forward. */
void schedule_postpone(struct broker *broker)
{
	uint64_t now = schedule_now(broker), left;

	if (!broker->removal_at)
		broker->removal_at = now;
	left = broker->removal_at + REMOVALS_USEC - now;
	schedule_set(broker, 0);
	schedule_pass(broker, left < REMOVAL_USEC ? left : REMOVAL_USEC);
}

void schedule_on_retry(void *userdata)
{
	struct broker *broker = userdata;

	record_table_retry(&broker->records, schedule_now(broker));
	schedule_note(broker, "retry");
	schedule_pass(broker, 0);
}

void schedule_arm_expiry(struct broker *broker)
{
	broker->interface.timer_set(
		broker->expiry,
		policy_overrides_next(&broker->policies->overrides));
}

/* What waits was decided otherwise. */
void schedule_decide_anew(struct broker *broker)
{
	schedule_arm_expiry(broker);
	batch_drop_waiting(broker->batch);
	batch_preempt(broker->batch);
	schedule_pass(broker, 0);
}

/* Those whose time is over: their devices are the policies' again. */
void schedule_on_expiry(void *userdata)
{
	struct broker *broker = userdata;
	struct policy_overrides *overrides = &broker->policies->overrides;
	const uint64_t now = schedule_now(broker);

	for (size_t i = 0; i < overrides->n; i++)
		if (overrides->items[i].until &&
		    overrides->items[i].until <= now)
			record_table_reset_identity(
				&broker->records, overrides->items[i].identity);
	if (!overrides_expire(broker->root_fd, overrides, now)) {
		schedule_arm_expiry(broker);
		return;
	}
	report_overrides_ended();
	schedule_decide_anew(broker);
}
