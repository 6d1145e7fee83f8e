// SPDX-License-Identifier: GPL-2.0-or-later
/* What the bus says of the devices and of the policy files. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/bus/listing.h"

static sd_bus *bus;
static int other_end;

static int set_up(void **state _unused_)
{
	int fds[2];

	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	other_end = fds[1];
	assert_true(sd_bus_new(&bus) >= 0);
	assert_true(sd_bus_set_fd(bus, fds[0], fds[0]) >= 0);
	assert_true(sd_bus_start(bus) >= 0);
	return 0;
}

static int tear_down(void **state _unused_)
{
	sd_bus_close_unref(bus);
	close(other_end);
	return 0;
}

static sd_bus_message *new_message(void)
{
	sd_bus_message *message = NULL;

	assert_true(sd_bus_message_new_signal(bus, &message, "/x", "x.y",
					      "Z") >= 0);
	return message;
}

/* To the next fact: its name, and whether it is a number; NULL: none. */
static const char *next_fact(sd_bus_message *message, const char **ret_text,
			     uint64_t *ret_number)
{
	const char *name, *type;

	if (sd_bus_message_enter_container(message, 'e', "sv") <= 0)
		return NULL;
	assert_true(sd_bus_message_read(message, "s", &name) > 0);
	assert_true(sd_bus_message_peek_type(message, NULL, &type) > 0);
	*ret_text = NULL;
	*ret_number = 0;
	if (strcmp(type, "t") == 0)
		assert_true(sd_bus_message_read(message, "v", "t", ret_number) >
			    0);
	else
		assert_true(sd_bus_message_read(message, "v", "s", ret_text) >
			    0);
	assert_true(sd_bus_message_exit_container(message) >= 0);
	return name;
}

/* The fact of the first device. False: it does not have it. */
static bool find_fact(sd_bus_message *message, const char *wanted,
		      const char **ret_text, uint64_t *ret_number)
{
	const char *name;

	sd_bus_message_rewind(message, true);
	assert_true(sd_bus_message_enter_container(message, 'a', "(sa{sv})") >
		    0);
	assert_true(sd_bus_message_enter_container(message, 'r', "sa{sv}") > 0);
	assert_true(sd_bus_message_read(message, "s", &name) > 0);
	assert_string_equal(name, "dax0.0");
	assert_true(sd_bus_message_enter_container(message, 'a', "{sv}") > 0);
	while ((name = next_fact(message, ret_text, ret_number)))
		if (strcmp(name, wanted) == 0)
			return true;
	return false;
}

static void expect_text(sd_bus_message *message, const char *name,
			const char *wanted)
{
	const char *text;
	uint64_t number;

	assert_true(find_fact(message, name, &text, &number));
	assert_string_equal(text, wanted);
}

static void expect_number(sd_bus_message *message, const char *name,
			  uint64_t wanted)
{
	const char *text;
	uint64_t number;

	assert_true(find_fact(message, name, &text, &number));
	assert_null(text);
	assert_int_equal(number, wanted);
}

static void expect_none(sd_bus_message *message, const char *name)
{
	const char *text;
	uint64_t number;

	assert_false(find_fact(message, name, &text, &number));
}

/* A failed job of dax0.0, and a device that is gone. */
static sd_bus_message *list_to(struct record *record, bool processes)
{
	struct record gone = { .device = (char *)"dax1.0" };
	struct record *records[] = { &gone, record };
	const struct record_table table = { records, ARRAY_SIZE(records) };
	sd_bus_message *message = new_message();

	assert_true(listing_append(message, &table, processes) >= 0);
	assert_true(sd_bus_message_seal(message, 1, 0) >= 0);
	return message;
}

static sd_bus_message *list(struct record *record)
{
	return list_to(record, true);
}

static void test_failure(void **state _unused_)
{
	struct record record = {
		.device = (char *)"dax0.0",
		.identity = (char *)"hmem:0",
		.outcome = RECORD_FAILED,
		.node = -1,
		.seen = true,
		.failures = 2,
		.result = {
			.outcome = ACT_UNDONE,
			.device = "dax0.0",
			.step = 1,
			.n_steps = 3,
			.kind = PLAN_OFFLINE,
			.failure = { .cause = ACT_CAUSE_OFFLINE,
				     .error = EBUSY,
				     .has_block = true,
				     .block = 33,
				     .blocker = { .kind = "pinned",
						  .pid = 812,
						  .command = "q\xff" } },
		},
	};
	sd_bus_message *message = list(&record);
	const char *text;
	uint64_t number;

	expect_text(message, "outcome", "failed");
	expect_text(message, "job_outcome", "undone");
	expect_number(message, "exit_status", EXIT_FAILED);
	expect_number(message, "step", 2);
	expect_number(message, "steps", 3);
	expect_text(message, "step_kind", "offline");
	expect_text(message, "cause", "offline");
	expect_number(message, "errno", EBUSY);
	expect_number(message, "block", 33);
	expect_number(message, "blocker_pid", 812);
	expect_number(message, "attempts", 2);
	/* The name of a process can be any bytes. */
	expect_text(message, "blocker_command", "q?");
	expect_none(message, "node");
	expect_none(message, "refusal");
	expect_none(message, "retry_at");
	assert_true(find_fact(message, "message", &text, &number));
	assert_non_null(strstr(text, "process 812"));
	sd_bus_message_unref(message);
}

/* No text of the first device has @secret in it, and none of the numbers is
 * @number. */
static void expect_hidden(sd_bus_message *message, const char *secret,
			  uint64_t secret_number)
{
	const char *name, *text;
	uint64_t number;

	assert_true(find_fact(message, "device", &text, &number));
	while ((name = next_fact(message, &text, &number))) {
		if (text && strstr(text, secret))
			fail_msg("%s: %s", name, text);
		assert_int_not_equal(number, secret_number);
	}
}

/* Whose processes they are, only root sees. */
static void test_hidden_blocker(void **state _unused_)
{
	struct record record = {
		.device = (char *)"dax0.0",
		.identity = (char *)"hmem:0",
		.outcome = RECORD_FAILED,
		.seen = true,
		.result = {
			.outcome = ACT_REFUSED,
			.device = "dax0.0",
			.n_steps = 3,
			.kind = PLAN_CHECK_UNUSED,
			.failure = { .cause = ACT_CAUSE_IN_USE,
				     .device = "dax0.0",
				     .blocker = { .kind = "mapped",
						  .pid = 81234,
						  .command = "secret",
						  .cgroup = "/secret",
						  .count = 2 } },
		},
	};
	sd_bus_message *message = list_to(&record, false);
	const char *text;
	uint64_t number;

	expect_hidden(message, "secret", 81234);
	expect_hidden(message, "81234", 81234);
	expect_text(message, "blocker_kind", "mapped");
	expect_number(message, "blocker_count", 2);
	assert_true(find_fact(message, "message", &text, &number));
	assert_non_null(strstr(text, "in use by a process that root alone sees "
				     "(mapped) and 1 more"));
	sd_bus_message_unref(message);
	message = list(&record);
	expect_text(message, "blocker_command", "secret");
	sd_bus_message_unref(message);
}

static void test_hidden_holders(void **state _unused_)
{
	struct record record = {
		.device = (char *)"dax0.0",
		.identity = (char *)"hmem:0",
		.outcome = RECORD_REFUSED,
		.refusal = PLAN_REFUSAL_BUSY,
		.reason = (char *)"in use by process 81234 (secret, mapped)",
		.seen = true,
	};
	sd_bus_message *message = list_to(&record, false);
	const char *text;
	uint64_t number;

	expect_hidden(message, "secret", 81234);
	expect_hidden(message, "81234", 81234);
	assert_true(find_fact(message, "message", &text, &number));
	assert_non_null(strstr(text, "in use"));
	sd_bus_message_unref(message);
	record.refusal = PLAN_REFUSAL_LIMIT;
	record.reason = (char *)"left as it is for MinKernelFree=";
	message = list_to(&record, false);
	expect_text(message, "message", record.reason);
	sd_bus_message_unref(message);
}

static void test_as_decided(void **state _unused_)
{
	struct record record = {
		.device = (char *)"dax0.0",
		.identity = (char *)"hmem:0",
		.outcome = RECORD_AS_DECIDED,
		.reason = (char *)"dax0.0 is devdax",
		.mode = DEVICE_MODE_DEVDAX,
		.node = 1,
		.seen = true,
	};
	sd_bus_message *message = list(&record);

	expect_text(message, "message", "dax0.0 is devdax");
	expect_text(message, "mode", "devdax");
	expect_number(message, "node", 1);
	expect_none(message, "job_outcome");
	expect_none(message, "errno");
	expect_none(message, "attempts");
	sd_bus_message_unref(message);
}

static void test_policy_errors(void **state _unused_)
{
	static const struct policy_diagnostic diagnostics[] = {
		{ POLICY_WARNING, "/etc/daxbroker/a.region", 1, 0, "odd" },
		{ POLICY_ERROR, "/etc/daxbroker/b.region", 7, 0, "wrong" },
	};
	sd_bus_message *message = new_message();
	const char *file, *text;
	uint32_t line;

	assert_true(listing_append_errors(message, diagnostics,
					  ARRAY_SIZE(diagnostics)) >= 0);
	assert_true(sd_bus_message_seal(message, 1, 0) >= 0);
	assert_true(sd_bus_message_enter_container(message, 'a', "(sus)") > 0);
	assert_true(sd_bus_message_read(message, "(sus)", &file, &line, &text) >
		    0);
	assert_string_equal(file, "/etc/daxbroker/b.region");
	assert_int_equal(line, 7);
	assert_string_equal(text, "wrong");
	assert_int_equal(
		sd_bus_message_read(message, "(sus)", &file, &line, &text), 0);
	sd_bus_message_unref(message);
}

#define listing_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		listing_test(test_failure),
		listing_test(test_hidden_blocker),
		listing_test(test_hidden_holders),
		listing_test(test_as_decided),
		listing_test(test_policy_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
