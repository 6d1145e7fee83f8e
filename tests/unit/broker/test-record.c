// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "broker/record-fact.h"
#include "broker/record-table.h"

static char name[] = "dax0.0", other_name[] = "dax1.0";
static char identity[] = "hmem:0x100000000-0x13fffffff";
static char other_identity[] = "pmem:4f3c";
static char region[] = "/devices/platform/hmem.0";
static char reason[] = "It is to be system RAM.";
static char other_reason[] = "One block is in another zone.";
static char driver[] = "device_dax";
static const char file[] = "/etc/daxbroker/x.region";

static struct facts_device device = { .name = name, .driver = driver };
static struct policy_decision decision;
static struct plan plan;
static struct plan_item item = { &device, &decision, &plan };
static struct record_table table;
static uint64_t now;

static int set_up(void **state)
{
	(void)state;
	plan = (struct plan){
		.device = name,
		.identity = identity,
		.region = region,
		.outcome = PLAN_SWITCH,
		.reason = reason,
		.mode = POLICY_MODE_SYSTEM_RAM,
		.target_node = 1,
	};
	decision = (struct policy_decision){ .file = file };
	device.driver = driver;
	now = RECORD_ROW_USEC * 100;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	record_table_clear(&table);
	return 0;
}

static struct record *pass(bool *news)
{
	struct record *record;
	bool unused;

	record_table_begin(&table);
	record = record_table_note(&table, &item, now, news ? news : &unused);
	assert_non_null(record);
	record_table_end(&table);
	return record;
}

static const struct act_result killed = {
	.outcome = ACT_LOST,
	.failure = { .cause = ACT_CAUSE_WORKER_KILLED, .value = "KILL" },
};

static void end_job(struct record *record, enum act_outcome outcome)
{
	const struct act_result result = {
		.outcome = outcome,
		.n_steps = 3,
		.step = 1,
		.kind = PLAN_OFFLINE,
		.device = "dax0.0",
		.failure = { .cause = outcome == ACT_DONE ? ACT_CAUSE_NONE
							  : ACT_CAUSE_OFFLINE,
			     .error = EBUSY,
			     .device = "dax0.0",
			     .has_block = true,
			     .block = 33 },
	};

	record_job_ended(record, &result, now);
}

/* @part is in the message of the record. */
static bool says(const struct record *record, const char *part)
{
	_cleanup_free_ char *message = record_fact_message(record);

	assert_non_null(message);
	return strstr(message, part);
}

static void expect_fact(const char *fact, const char *value,
			bool is_number _unused_, void *userdata)
{
	const char **wanted = userdata;

	if (strcmp(fact, wanted[0]) != 0)
		return;
	assert_string_equal(value, wanted[1]);
	wanted[0] = "";
}

/* Of a pool, and a lease's for as long as that is there. */
static void test_lease(void **state _unused_)
{
	static const struct policy_pool pool = { .name = "hbm" };
	const char *facts[] = { "pool", "hbm", "lease", "00000000000000ab" };
	struct record *record;

	decision.pool = &pool;
	decision.grant = 0xab;
	record = pass(NULL);
	record_facts(record, expect_fact, &facts[0]);
	assert_string_equal(facts[0], "");
	record_facts(record, expect_fact, &facts[2]);
	assert_string_equal(facts[2], "");
	decision.grant = 0;
	decision.pool = NULL;
	record = pass(NULL);
	facts[0] = "pool";
	facts[2] = "lease";
	record_facts(record, expect_fact, &facts[0]);
	record_facts(record, expect_fact, &facts[2]);
	assert_string_equal(facts[0], "pool");
	assert_string_equal(facts[2], "lease");
}

static void test_switch(void **state)
{
	struct record *record;
	bool news;

	(void)state;
	record = pass(&news);
	assert_true(news);
	assert_int_equal(record->outcome, RECORD_PENDING);
	assert_true(record_wants_job(record, &item));
	assert_string_equal(record->policy, file);

	assert_null(record->pool);
	assert_string_equal(record->lease, "");

	record_job_begun(record, now);
	end_job(record, ACT_DONE);
	plan.outcome = PLAN_NOTHING;
	record = pass(&news);
	assert_true(news);
	assert_int_equal(record->outcome, RECORD_SWITCHED);
	pass(&news);
	assert_false(news);

	record_table_reset(&table);
	record = pass(&news);
	assert_int_equal(record->outcome, RECORD_AS_DECIDED);
}

static void test_reset_before_the_verification(void **state)
{
	struct record *record = pass(NULL);

	(void)state;
	record_job_begun(record, now);
	end_job(record, ACT_DONE);
	record_table_reset(&table);
	plan.outcome = PLAN_NOTHING;
	assert_int_equal(pass(NULL)->outcome, RECORD_SWITCHED);
	record_table_reset(&table);
	assert_int_equal(pass(NULL)->outcome, RECORD_AS_DECIDED);
}

/* "Done" is not believed while the machine shows something else. */
static void test_other_agent(void **state)
{
	struct record *record = pass(NULL);
	bool news;

	(void)state;
	for (int i = 0; i < RECORD_JOBS_MAX; i++) {
		assert_true(record_wants_job(record, &item));
		record_job_begun(record, now);
		end_job(record, ACT_DONE);
		record = pass(NULL);
	}
	assert_int_equal(record->outcome, RECORD_CONTENDED);
	assert_true(says(record, reason));

	/* What the other agent does next is no news. */
	plan.reason = other_reason;
	pass(&news);
	assert_false(news);
	assert_true(says(record, other_reason));

	/* Neither time nor an event sets it going again, a reload does. */
	now += 2 * RECORD_ROW_USEC;
	record_table_release(&table, name);
	record = pass(NULL);
	assert_int_equal(record->outcome, RECORD_CONTENDED);
	record_table_reset(&table);
	record = pass(NULL);
	assert_true(record_wants_job(record, &item));
}

/* After a reload the count begins anew, and ends with time. */
static void test_contended_no_more(void **state)
{
	struct record *record = pass(NULL);

	(void)state;
	for (int i = 0; i < RECORD_JOBS_MAX; i++) {
		record_job_begun(record, now);
		end_job(record, ACT_DONE);
		record = pass(NULL);
	}
	assert_int_equal(record->outcome, RECORD_CONTENDED);
	record_table_reset(&table);
	record = pass(NULL);
	record_job_begun(record, now);
	end_job(record, ACT_DONE);
	now += 2 * RECORD_ROW_USEC;
	assert_int_equal(pass(NULL)->jobs, 0);
}

/* A person asks for another chance while a job is at work. */
static void test_reset_within_the_job(void **state)
{
	static const enum act_outcome outcomes[] = { ACT_UNDONE, ACT_REFUSED,
						     ACT_PREEMPTED };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++) {
		struct record *record = pass(NULL);

		record_job_begun(record, now);
		record_table_reset(&table);
		end_job(record, outcomes[i]);
		assert_int_equal(record->jobs, 0);
		assert_int_not_equal(pass(NULL)->outcome, RECORD_CONTENDED);
		record_table_reset(&table);
	}
}

/* Nor does one get around the count that does not let a job come to its end,
 * now and then or each time. */
static void test_other_agent_within_the_job(void **state)
{
	struct record *record;

	(void)state;
	for (int done = 0; done < 2; done++) {
		record_table_reset(&table);
		record = pass(NULL);
		for (int i = 0; i < RECORD_JOBS_MAX; i++) {
			assert_true(record_wants_job(record, &item));
			record_job_begun(record, now);
			if (done && i == 1)
				end_job(record, ACT_DONE);
			else
				end_job(record, ACT_OVERTAKEN);
			record_table_release(&table, name);
			record = pass(NULL);
		}
		assert_int_equal(record->outcome, RECORD_CONTENDED);
		assert_false(record_wants_job(record, &item));
		assert_int_equal(record_table_next_retry(&table), 0);
		assert_true(says(record, "find the other agent"));
	}
}

/* One that waits for each job's verification counts as well. */
static void test_patient_other_agent(void **state)
{
	struct record *record;

	(void)state;
	for (int i = 0; i < RECORD_JOBS_MAX; i++) {
		plan.outcome = PLAN_SWITCH;
		record = pass(NULL);
		record_job_begun(record, now);
		end_job(record, ACT_DONE);
		plan.outcome = PLAN_NOTHING;
		record = pass(NULL);
		assert_int_equal(record->outcome,
				 i == 0 ? RECORD_SWITCHED : RECORD_RESTORED);
	}
	plan.outcome = PLAN_SWITCH;
	assert_int_equal(pass(NULL)->outcome, RECORD_CONTENDED);
}

static struct record *do_job(void)
{
	struct record *record;

	plan.outcome = PLAN_SWITCH;
	record = pass(NULL);
	record_job_begun(record, now);
	end_job(record, ACT_DONE);
	return record;
}

static void test_restored(void **state)
{
	struct record *record;

	(void)state;
	plan.outcome = PLAN_NOTHING;
	assert_false(pass(NULL)->disturbed);
	plan.outcome = PLAN_SWITCH;
	assert_true(pass(NULL)->disturbed);
	/* By itself: nothing was put back. */
	plan.outcome = PLAN_NOTHING;
	assert_int_equal(pass(NULL)->outcome, RECORD_AS_DECIDED);

	/* It is in use then, and put right when that is over. */
	plan.outcome = PLAN_REFUSED;
	assert_int_equal(pass(NULL)->outcome, RECORD_REFUSED);
	record = do_job();
	assert_true(record->disturbed);
	plan.outcome = PLAN_NOTHING;
	assert_int_equal(pass(NULL)->outcome, RECORD_RESTORED);
	assert_true(
		says(record, "Something else had changed it (1 time since"));
	assert_true(says(record, reason));
	assert_int_equal(pass(NULL)->outcome, RECORD_RESTORED);
	record_table_reset(&table);
	assert_int_equal(pass(NULL)->outcome, RECORD_AS_DECIDED);
}

/* The pass after the job does not find what it has made. */
static void test_changed_before_the_verification(void **state)
{
	(void)state;
	do_job();
	now += RECORD_RETRY_USEC;
	assert_true(pass(NULL)->disturbed);
	do_job();
	plan.outcome = PLAN_NOTHING;
	assert_int_equal(pass(NULL)->outcome, RECORD_RESTORED);
}

/* What the policies change nobody else has changed. */
static void test_decided_anew_is_not_restored(void **state)
{
	(void)state;
	plan.outcome = PLAN_NOTHING;
	pass(NULL);
	record_table_reset(&table);
	assert_false(do_job()->disturbed);
	plan.outcome = PLAN_NOTHING;
	assert_int_equal(pass(NULL)->outcome, RECORD_SWITCHED);
	decision.file = "/etc/daxbroker/other.region";
	assert_false(do_job()->disturbed);
}

/* What decided a switch may be gone once it is made. */
static void test_kept_after_the_switch(void **state)
{
	struct record *record = do_job();
	bool news;

	(void)state;
	plan.outcome = PLAN_KEEP;
	plan.reason = other_reason;
	device.driver = (char *)"kmem";
	record = pass(&news);
	assert_true(news);
	assert_int_equal(record->outcome, RECORD_SWITCHED);
	assert_true(says(record, "It was switched to system-ram; since then "
				 "it is kept as it is: "));
	assert_true(says(record, other_reason));
	assert_int_equal(pass(NULL)->outcome, RECORD_SWITCHED);
	device.driver = driver;
	assert_int_equal(pass(NULL)->outcome, RECORD_KEPT);
	assert_true(says(record, "It was switched to system-ram before this"));
	device.driver = (char *)"kmem";
	decision.faulty = true;
	assert_int_equal(pass(NULL)->outcome, RECORD_POLICY_ERROR);
	assert_true(says(record, "It was switched to system-ram before this"));
	plan.outcome = PLAN_REFUSED;
	assert_int_equal(pass(NULL)->outcome, RECORD_REFUSED);
	assert_true(says(record, "It was switched to system-ram before this"));
	record_table_reset(&table);
	pass(NULL);
	assert_false(says(record, "switched"));
}

/* The layout is told of by what it has made, whatever becomes of that. */
static void test_laid_out(void **state)
{
	struct record *record;

	(void)state;
	plan.mode = POLICY_MODE_KEEP;
	do_job();
	plan.identity = other_identity;
	plan.outcome = PLAN_REFUSED;
	record = pass(NULL);
	assert_int_equal(record->outcome, RECORD_REFUSED);
	assert_true(says(record, "Its region was laid out before this"));
	/* Not by what comes later. */
	plan.identity = (char *)"hmem:later";
	assert_false(says(pass(NULL), "laid out"));
}

static void test_jobs_far_apart_do_not_count(void **state)
{
	struct record *record;

	(void)state;
	for (int i = 0; i < 2 * RECORD_JOBS_MAX; i++) {
		plan.outcome = PLAN_SWITCH;
		record = pass(NULL);
		assert_true(record_wants_job(record, &item));
		record_job_begun(record, now);
		end_job(record, ACT_DONE);
		plan.outcome = PLAN_NOTHING;
		pass(NULL);
		now += RECORD_ROW_USEC + 1;
	}
}

static void test_failure_is_left_alone(void **state)
{
	struct record *record = pass(NULL);

	(void)state;
	record_job_begun(record, now);
	end_job(record, ACT_UNDONE);
	record = pass(NULL);
	assert_int_equal(record->outcome, RECORD_FAILED);
	assert_true(says(record, "memory33"));
	assert_false(record_wants_job(record, &item));

	record_table_release(&table, other_name);
	record_table_release(&table, NULL);
	assert_false(record_wants_job(pass(NULL), &item));
	record_table_release(&table, name);
	assert_true(record_wants_job(pass(NULL), &item));
}

/* A command that changes block after block is answered at once and then after a
 * pause. */
static void test_answers_have_pauses(void **state)
{
	struct record *record = pass(NULL);

	(void)state;
	record_job_begun(record, now);
	end_job(record, ACT_DONE);
	plan.outcome = PLAN_NOTHING;
	pass(NULL);
	plan.outcome = PLAN_SWITCH;
	now += 1000;
	record = pass(NULL);
	assert_false(record_wants_job(record, &item));
	assert_int_equal(record->outcome, RECORD_PENDING);
	assert_int_equal(record_table_next_retry(&table),
			 record->last_job + RECORD_RETRY_USEC);
	now = record->last_job + RECORD_RETRY_USEC;
	record_table_retry(&table, now);
	assert_true(record_wants_job(pass(NULL), &item));
	/* A reload is answered at once. */
	now = record->last_job + 1000;
	pass(NULL);
	record_table_reset(&table);
	assert_true(record_wants_job(pass(NULL), &item));
}

/* What may pass is tried again, with pauses that grow, and then no more. */
static void test_failure_is_tried_again(void **state)
{
	uint64_t pause = RECORD_RETRY_USEC;
	struct record *record = pass(NULL);

	(void)state;
	for (int i = 0; i < RECORD_RETRIES_MAX; i++) {
		assert_true(record_wants_job(record, &item));
		record_job_begun(record, now);
		end_job(record, ACT_UNDONE);
		assert_int_equal(record_table_next_retry(&table), now + pause);
		assert_true(says(record, "tried again in"));
		now += pause - 1;
		record_table_retry(&table, now);
		assert_false(record_wants_job(pass(NULL), &item));
		now++;
		record_table_retry(&table, now);
		record = pass(NULL);
		pause *= RECORD_RETRY_FACTOR;
	}
	record_job_begun(record, now);
	end_job(record, ACT_UNDONE);
	assert_int_equal(record_table_next_retry(&table), 0);
	assert_false(says(record, "tried again in"));
	record_table_release(&table, name);
	record = pass(NULL);
	assert_int_equal(record->outcome, RECORD_FAILED);
	assert_false(record_wants_job(record, &item));
	/* Failing is no struggle with another agent. */
	record_table_reset(&table);
	assert_true(record_wants_job(pass(NULL), &item));
}

static void test_failure_that_does_not_pass(void **state)
{
	const struct act_result result = {
		.outcome = ACT_UNDONE,
		.failure = { .cause = ACT_CAUSE_BIND, .error = ENODEV },
	};
	struct record *record = pass(NULL);

	(void)state;
	record_job_begun(record, now);
	record_job_ended(record, &result, now);
	assert_int_equal(record_table_next_retry(&table), 0);
	assert_true(says(record, "No such device"));
}

/* Somebody freed the memory meanwhile and took it offline. */
static void test_no_retry_once_as_decided(void **state)
{
	struct record *record = pass(NULL);

	(void)state;
	record_job_begun(record, now);
	end_job(record, ACT_UNDONE);
	plan.outcome = PLAN_NOTHING;
	pass(NULL);
	assert_int_equal(record_table_next_retry(&table), 0);
}

static void test_refused_by_the_job(void **state)
{
	struct record *record = pass(NULL);

	(void)state;
	record_job_begun(record, now);
	end_job(record, ACT_REFUSED);
	record = pass(NULL);
	assert_int_equal(record->outcome, RECORD_REFUSED);
	assert_int_equal(record->refusal, PLAN_REFUSAL_BUSY);
	assert_false(record_wants_job(record, &item));
	record_table_release(&table, NULL);
	assert_true(record_wants_job(pass(NULL), &item));
}

/* It is asked for its users at each event, and reported once for each. */
static void test_refused_again(void **state)
{
	struct act_blocker user = { .kind = "open", .pid = 7 };
	struct record *record = pass(NULL);
	bool news;

	(void)state;
	for (int i = 0; i <= RECORD_JOBS_MAX; i++) {
		record_job_begun(record, now);
		end_job(record, ACT_REFUSED);
		assert_int_equal(record_note_user(record, &user), i == 0);
		record_table_release(&table, NULL);
		record = pass(&news);
		assert_false(news);
		assert_true(record_wants_job(record, &item));
	}
	user.pid = 8;
	assert_true(record_note_user(record, &user));
	record_table_reset(&table);
	assert_true(record_note_user(record, &user));
}

/* The same outcome for the same reason as long ago, but not as just now. */
static void test_a_failure_that_is_over_is_news(void **state)
{
	struct record *record;
	bool news;

	(void)state;
	plan.outcome = PLAN_REFUSED;
	plan.refusal = PLAN_REFUSAL_BUSY;
	pass(NULL);
	plan.outcome = PLAN_SWITCH;
	record = pass(NULL);
	record_job_begun(record, now);
	end_job(record, ACT_REFUSED);
	plan.outcome = PLAN_REFUSED;
	pass(&news);
	assert_true(news);
	pass(&news);
	assert_false(news);
}

static void test_lost(void **state)
{
	struct record *record = pass(NULL);

	(void)state;
	record_job_begun(record, now);
	record_job_ended(record, &killed, now);
	record = pass(NULL);
	assert_int_equal(record->outcome, RECORD_FAILED);
	assert_true(says(record, "SIGKILL"));
	/* Somebody else has set it right. */
	plan.outcome = PLAN_NOTHING;
	assert_int_equal(pass(NULL)->outcome, RECORD_AS_DECIDED);
}

/* The worker that undoes a job which was cancelled says what was in its way. */
static void test_blocker(void **state)
{
	const struct act_blocker blocker = { .kind = "pinned",
					     .pid = 7,
					     .command = "qemu" };
	struct record *record = pass(NULL);

	(void)state;
	record_job_begun(record, now);
	record_job_ended(record, &killed, now);
	record = pass(NULL);
	record_set_blocker(record, &blocker);
	assert_true(says(pass(NULL), "Found in the way: process 7 (qemu)"));
	/* It is planned anew. */
	record_table_reset(&table);
	assert_false(says(pass(NULL), "Found in the way"));
}

static void test_kept(void **state)
{
	(void)state;
	plan.outcome = PLAN_KEEP;
	assert_int_equal(pass(NULL)->outcome, RECORD_KEPT);
	decision.faulty = true;
	assert_int_equal(pass(NULL)->outcome, RECORD_POLICY_ERROR);
}

static void test_vanished(void **state)
{
	struct record *record = pass(NULL);

	(void)state;
	record_table_begin(&table);
	record_table_end(&table);
	assert_null(record_table_find(&table, identity));

	/* Coming and going is no way around the count. */
	record = pass(NULL);
	record_job_begun(record, now);
	record_table_begin(&table);
	record_table_end(&table);
	record = record_table_find(&table, identity);
	assert_non_null(record);
	assert_false(record->seen);
	assert_int_equal(record->jobs, 1);
}

static void test_order_is_that_of_the_pass(void **state)
{
	bool news;

	(void)state;
	pass(NULL);
	record_table_begin(&table);
	plan.device = other_name;
	plan.identity = other_identity;
	assert_non_null(record_table_note(&table, &item, now, &news));
	plan.device = name;
	plan.identity = identity;
	assert_non_null(record_table_note(&table, &item, now, &news));
	record_table_end(&table);
	assert_int_equal(table.n, 2);
	assert_string_equal(table.records[0]->device, other_name);
	assert_string_equal(table.records[1]->device, name);
}

#define record_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

/* Left alone whatever the policy says, but for what it becomes by itself. */
static void test_give_up(void **state)
{
	struct record *record;
	bool news;

	(void)state;
	record = pass(NULL);
	record_give_up(record, &killed);
	record_table_release(&table, name);
	record = pass(&news);
	assert_false(news);
	assert_int_equal(record->outcome, RECORD_STUCK);
	assert_true(says(record, "SIGKILL"));
	assert_false(record_wants_job(record, &item));
	plan.outcome = PLAN_KEEP;
	assert_int_equal(pass(NULL)->outcome, RECORD_STUCK);
	record_table_reset(&table);
	assert_int_equal(pass(NULL)->outcome, RECORD_KEPT);
	record_give_up(record, &killed);
	plan.outcome = PLAN_NOTHING;
	assert_int_equal(pass(NULL)->outcome, RECORD_AS_DECIDED);
	plan.outcome = PLAN_SWITCH;
	assert_int_equal(pass(NULL)->outcome, RECORD_PENDING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		record_test(test_lease),
		record_test(test_switch),
		record_test(test_reset_before_the_verification),
		record_test(test_other_agent),
		record_test(test_contended_no_more),
		record_test(test_other_agent_within_the_job),
		record_test(test_patient_other_agent),
		record_test(test_reset_within_the_job),
		record_test(test_restored),
		record_test(test_changed_before_the_verification),
		record_test(test_decided_anew_is_not_restored),
		record_test(test_kept_after_the_switch),
		record_test(test_laid_out),
		record_test(test_jobs_far_apart_do_not_count),
		record_test(test_failure_is_left_alone),
		record_test(test_answers_have_pauses),
		record_test(test_failure_is_tried_again),
		record_test(test_failure_that_does_not_pass),
		record_test(test_no_retry_once_as_decided),
		record_test(test_refused_by_the_job),
		record_test(test_refused_again),
		record_test(test_a_failure_that_is_over_is_news),
		record_test(test_lost),
		record_test(test_blocker),
		record_test(test_kept),
		record_test(test_vanished),
		record_test(test_order_is_that_of_the_pass),
		record_test(test_give_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
