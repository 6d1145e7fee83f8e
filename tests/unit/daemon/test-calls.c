// SPDX-License-Identifier: GPL-2.0-or-later
/* Who calls over the bus, how many wait, and for how long: no user costs root
 * its calls, or the daemon its memory. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/clock.h"
#include "basic/names.h"
#include "daemon/bus/bus.h"
#include "daemon/bus/request.h"
#include "fake-bus.h"
#include "tests/unit/broker/world.h"

#define ROOT ":0.7"
#define JOB "/org/daxbroker1/job/job1" /* that of dax0.0 */
#define LIMIT "org.freedesktop.DBus.Error.LimitsExceeded"

static sd_event *event;
static struct fake_bus fake;
static struct world world;
static struct bus *bus;

/* dax0.0 has a job that runs. */
static void make_machine(void)
{
	world_make(&world);
	world_policy(&world, "a.region",
		     "[Match]\nDevice=dax0.0\n[Region]\nMode=system-ram\n");
	world_add_region(&world, 2);
	world_start(&world);
	world_expect_jobs(&world, "dax0.0");
	assert_true(sd_event_new(&event) >= 0);
	fake_bus_make(&fake, event);
}

static int set_up(void **state _unused_)
{
	make_machine();
	assert_int_equal(bus_new(event, world.broker, &bus), 0);
	fake_bus_run(&fake);
	assert_non_null(bus_connection(bus));
	return 0;
}

static char hidden[80];

/* The daemon is there before the bus is. */
static int set_up_late(void **state _unused_)
{
	make_machine();
	snprintf(hidden, sizeof(hidden), "%s.x", fake.path);
	assert_int_equal(rename(fake.path, hidden), 0);
	assert_int_equal(bus_new(event, world.broker, &bus), 0);
	assert_int_equal(bus_wait_name(bus, NULL, NULL), 0);
	fake_bus_run(&fake);
	assert_null(bus_connection(bus));
	return 0;
}

static int tear_down(void **state _unused_)
{
	bus_free(bus);
	fake_bus_remove(&fake);
	sd_event_unref(event);
	world_remove(&world);
	return 0;
}

static uint64_t call(const char *sender, const char *method,
		     const char *argument)
{
	uint64_t cookie = fake_bus_call(&fake, sender, method, argument);

	fake_bus_run(&fake);
	return cookie;
}

static void expect_waiting(uint64_t cookie)
{
	assert_null(fake_bus_reply(&fake, cookie));
}

static void expect_done(uint64_t cookie)
{
	assert_non_null(fake_bus_reply(&fake, cookie));
	assert_string_equal(fake_bus_reply(&fake, cookie)->error, "");
}

static void expect_error(uint64_t cookie, const char *error, const char *text)
{
	const struct fake_reply *reply = fake_bus_reply(&fake, cookie);

	assert_non_null(reply);
	assert_string_equal(reply->error, error);
	if (!strstr(reply->text, text))
		fail_msg("\"%s\" is not in \"%s\"", text, reply->text);
}

/* As many calls as one user may have wait for polkit. */
static void fill(unsigned int uid)
{
	char sender[16];

	for (unsigned int i = 0; i < 16; i++) {
		snprintf(sender, sizeof(sender), ":%u.%u", uid, i);
		expect_waiting(call(sender, "Apply", NULL));
	}
}

static void test_limit_of_user(void **state _unused_)
{
	uint64_t other, root;

	fill(1000);
	expect_error(call(":1000.77", "Apply", NULL), LIMIT, "Too many");
	expect_error(call(":1000.1", "Cancel", JOB), LIMIT, "Too many");
	/* Who waits does not keep anyone from reading. */
	expect_done(call(":1000.77", "ListDevices", NULL));
	other = call(":1001.1", "Cancel", JOB);
	expect_waiting(other);
	assert_int_equal(fake.n_asked, 17);
	root = call(ROOT, "Apply", NULL);
	expect_done(call(ROOT, "Cancel", JOB));
	/* Ended, and begun anew as the reload says. */
	world_end(&world, "dax0.0", ACT_UNDONE, ECANCELED);
	world_done(&world, "dax0.0");
	fake_bus_run(&fake);
	expect_done(root);
	expect_waiting(other);
}

static void test_limit_of_users(void **state _unused_)
{
	for (unsigned int uid = 1000; uid < 1016; uid++)
		fill(uid);
	expect_error(call(":2000.1", "Apply", NULL), LIMIT, "Too many");
	for (int i = 0; i < 20; i++)
		expect_waiting(call(ROOT, "Apply", NULL));
	expect_done(call(ROOT, "Cancel", JOB));
}

static void test_root_does_not_count(void **state _unused_)
{
	for (int i = 0; i < 257; i++)
		expect_waiting(call(ROOT, "Apply", NULL));
	fill(1000);
}

/* Its arguments are gone, descriptors too, and it can be answered. */
static void test_kept_of_call(void **state _unused_)
{
	sd_bus_message *m = NULL, *copy = NULL, *reply = NULL;
	uint64_t cookie;
	int fd;

	assert_true(sd_bus_message_new_method_call(
			    bus_connection(bus), &m, BUS_NAME, BUS_PATH,
			    BUS_INTERFACE, "Cancel") >= 0);
	assert_true(sd_bus_message_set_sender(m, ":5.6") >= 0);
	assert_true(sd_bus_message_append(m, "h", STDIN_FILENO) >= 0);
	assert_true(sd_bus_message_seal(m, 77, 0) >= 0);
	assert_true(sd_bus_message_read(m, "h", &fd) > 0);
	assert_int_equal(request_copy(m, &copy), 0);
	sd_bus_message_unref(m);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_true(sd_bus_message_is_empty(copy) > 0);
	assert_string_equal(sd_bus_message_get_sender(copy), ":5.6");
	assert_true(sd_bus_message_new_method_return(copy, &reply) >= 0);
	assert_true(sd_bus_message_get_reply_cookie(reply, &cookie) >= 0);
	assert_int_equal(cookie, 77);
	assert_string_equal(sd_bus_message_get_destination(reply), ":5.6");
	sd_bus_message_unref(reply);
	sd_bus_message_unref(copy);
}

/* A descriptor that came along is closed while the call waits. */
static void test_descriptor(void **state _unused_)
{
	struct pollfd end = { .events = POLLIN };
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	fake_bus_call_with_fd(&fake, ":1000.1", fds[1]);
	close(fds[1]);
	fake_bus_run(&fake);
	assert_int_equal(fake.n_asked, 1);
	expect_waiting(1000);
	end.fd = fds[0];
	assert_int_equal(poll(&end, 1, 0), 1);
	assert_true(end.revents & POLLHUP);
	close(fds[0]);
	fake_bus_decide(&fake, false, false);
	fake_bus_run(&fake);
	expect_error(1000, SD_BUS_ERROR_ACCESS_DENIED, "");
}

/* In one burst, before the bus has said whose they are. */
static void test_burst(void **state _unused_)
{
	uint64_t cookies[40], root;

	fake.mute = true;
	for (size_t i = 0; i < 40; i++)
		cookies[i] =
			fake_bus_call(&fake, ":1000.1", "ListDevices", NULL);
	fake_bus_run(&fake);
	expect_waiting(cookies[0]);
	expect_error(cookies[39], LIMIT, "at once");
	fake.mute = false;
	root = call(ROOT, "ListDevices", NULL);
	expect_done(root);
}

/* However long what it sends, nothing of it is kept. */
static void test_long_argument(void **state _unused_)
{
	const size_t size = 33000000;
	char *text = malloc(size + 1);
	size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;

	assert_non_null(text);
	memset(text, 'x', size);
	text[size] = '\0';
	for (size_t i = 0; i < 4; i++) {
		uint64_t cookie = call(":1000.1", "Apply", text);

		expect_error(cookie, SD_BUS_ERROR_FILE_NOT_FOUND, "no device");
	}
	assert_true(mallinfo2().uordblks + mallinfo2().hblkhd <
		    before + 2 * size);
	free(text);
}

static void test_unknown_device(void **state _unused_)
{
	static const char *const names[] = { "",     "dax9.9",	 "dax0.0 ",
					     "../x", "\xc2\xa0", "dax0.00" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		expect_error(call(":1000.1", "Apply", names[i]),
			     SD_BUS_ERROR_FILE_NOT_FOUND, "no device");
	expect_error(call(ROOT, "Cancel", "/org/daxbroker1/job/job2"),
		     SD_BUS_ERROR_UNKNOWN_OBJECT, "");
	assert_int_equal(fake.n_asked, 0);
}

static void test_polkit_decides(void **state _unused_)
{
	uint64_t denied = call(":1000.1", "Cancel", JOB), allowed;

	fake_bus_decide(&fake, false, false);
	fake_bus_run(&fake);
	expect_error(denied, SD_BUS_ERROR_ACCESS_DENIED, "does not grant");
	denied = call(":1000.1", "Cancel", JOB);
	fake_bus_decide(&fake, false, true);
	fake_bus_run(&fake);
	expect_error(denied, SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED,
		     "");
	assert_false(fake_worker(&world.fake, "dax0.0")->cancelled);
	allowed = call(":1000.1", "Cancel", JOB);
	fake_bus_decide(&fake, true, false);
	fake_bus_run(&fake);
	expect_done(allowed);
	assert_true(fake_worker(&world.fake, "dax0.0")->cancelled);
	assert_int_equal(fake.called_off, 0);
}

/* While polkit was asked. */
static void test_job_has_ended(void **state _unused_)
{
	uint64_t cancel = call(":1000.1", "Cancel", JOB);

	world_done(&world, "dax0.0");
	fake_bus_decide(&fake, true, false);
	fake_bus_run(&fake);
	expect_error(cancel, SD_BUS_ERROR_FILE_NOT_FOUND, "has ended");
}

/* The last question: who wants what, and can he be asked for a password. */
static void expect_asked(const char *sender, const char *action, bool password)
{
	const char *kind, *key, *name, *id, *cancel;
	sd_bus_message *m = fake.asked[fake.n_asked - 1];
	uint32_t flags;

	assert_true(sd_bus_message_read(m, "(sa{sv})sa{ss}us", &kind, 1, &key,
					"s", &name, &id, 0, &flags,
					&cancel) > 0);
	assert_string_equal(kind, "system-bus-name");
	assert_string_equal(name, sender);
	assert_string_equal(id, action);
	assert_int_equal(flags, password);
}

static void test_polkit_is_asked(void **state _unused_)
{
	call(":1000.1", "Apply", NULL);
	expect_asked(":1000.1", POLKIT_ACTION_APPLY, false);
	fake.interactive = true;
	call(":1001.9", "Cancel", JOB);
	expect_asked(":1001.9", POLKIT_ACTION_CANCEL, true);
}

/* Nothing is answered before it has. */
static void test_polkit_takes_its_time(void **state _unused_)
{
	uint64_t waiting = call(":1000.1", "Apply", NULL);

	world_done(&world, "dax0.0");
	fake_bus_run(&fake);
	assert_true(broker_is_settled(world.broker));
	expect_waiting(waiting);
	assert_true(fake.changes > 0);
	fake_bus_decide(&fake, true, false);
	fake_bus_run(&fake);
	expect_waiting(waiting);
	fake_advance(&world.fake, 0);
	fake_bus_run(&fake);
	expect_done(waiting);
}

/* The reply has this word somewhere. */
static bool has_word(uint64_t cookie, const char *word)
{
	sd_bus_message *m = fake_bus_reply(&fake, cookie)->message;
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	bool found;

	assert_non_null(f);
	assert_true(sd_bus_message_rewind(m, 1) >= 0);
	assert_true(sd_bus_message_dump(m, f, 0) >= 0);
	fclose(f);
	found = strstr(text, word);
	free(text);
	return found;
}

/* Which processes users have is root's to know. */
static void test_processes_are_for_root(void **state _unused_)
{
	const struct act_result result = {
		.outcome = ACT_UNDONE,
		.failure = { .cause = ACT_CAUSE_ONLINE,
			     .error = EBUSY,
			     .blocker = { .kind = "pinned",
					  .pid = 812,
					  .command = "qemu" } },
	};
	uint64_t root, user;

	fake_end(&world.fake, "dax0.0", &result);
	fake_advance(&world.fake, 0);
	root = call(ROOT, "ListDevices", NULL);
	user = call(":1000.1", "ListDevices", NULL);
	assert_true(has_word(root, "qemu"));
	assert_true(has_word(user, "dax0.0"));
	assert_false(has_word(user, "qemu"));
	assert_false(has_word(user, "812"));
}

/* It is waited for as long as a person needs, not for ever. */
static void test_polkit_is_silent(void **state _unused_)
{
	uint64_t waiting = call(":1000.1", "Apply", NULL), end;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	assert_true(sd_bus_get_timeout(bus_connection(bus), &end) > 0);
	assert_true(end / 1000000 < (uint64_t)now.tv_sec + 310);
	/* As sd-bus says it when the time is over. */
	fake_bus_fail(&fake, SD_BUS_ERROR_NO_REPLY, "Method call timed out");
	fake_bus_run(&fake);
	expect_error(waiting, SD_BUS_ERROR_AUTH_FAILED, "timed out");
	assert_int_equal(fake.called_off, 1);
}

static void test_polkit_is_missing(void **state _unused_)
{
	uint64_t waiting = call(":1000.1", "Apply", NULL);

	fake_bus_fail(&fake, SD_BUS_ERROR_SERVICE_UNKNOWN, "It is not there");
	fake_bus_run(&fake);
	expect_error(waiting, SD_BUS_ERROR_AUTH_FAILED, "It is not there");
	assert_int_equal(fake.called_off, 0);
}

static void test_caller_leaves(void **state _unused_)
{
	fill(1000);
	assert_int_equal(fake.watches, 1);
	for (unsigned int i = 0; i < 16; i++) {
		char sender[16];

		snprintf(sender, sizeof(sender), ":1000.%u", i);
		fake_bus_leave(&fake, sender);
	}
	fake_bus_run(&fake);
	assert_int_equal(fake.called_off, 16);
	assert_int_equal(fake.watches, 0);
	assert_int_equal(fake.n_replies, 0);
	/* Its place is free again. */
	fill(1000);
}

static void test_late_bus(void **state _unused_)
{
	assert_int_equal(rename(hidden, fake.path), 0);
	fake_bus_run(&fake);
	assert_non_null(bus_connection(bus));
	expect_done(call(ROOT, "ListDevices", NULL));
}

static unsigned int joined;

static void on_joined(void *userdata)
{
	assert_ptr_equal(userdata, &world);
	joined++;
}

/* Who calls once the daemon is ready is answered: no call starts it. */
static void test_name(void **state _unused_)
{
	make_machine();
	assert_int_equal(bus_new(event, world.broker, &bus), 0);
	joined = 0;
	assert_int_equal(bus_wait_name(bus, on_joined, &world), 1);
	assert_int_equal(joined, 0);
	fake_bus_run(&fake);
	assert_int_equal(joined, 1);
	expect_done(call(ROOT, "ListDevices", NULL));
}

/* A new connection starts from nothing. */
static void test_deaf_bus(void **state _unused_)
{
	uint64_t end;

	fake.mute = true;
	expect_waiting(call(ROOT, "Apply", NULL));
	assert_true(sd_bus_get_timeout(bus_connection(bus), &end) > 0);
	assert_true(end <= clock_usec() + 5000000);
	assert_int_equal(fake.connections, 1);
	fake_bus_time_out(&fake);
	fake_bus_run(&fake);
	assert_int_equal(fake.connections, 2);
	fake.mute = false;
	expect_done(call(ROOT, "ListDevices", NULL));
}

#define calls_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		calls_test(test_limit_of_user),
		calls_test(test_limit_of_users),
		calls_test(test_root_does_not_count),
		calls_test(test_burst),
		calls_test(test_kept_of_call),
		calls_test(test_descriptor),
		calls_test(test_long_argument),
		calls_test(test_unknown_device),
		calls_test(test_polkit_decides),
		calls_test(test_job_has_ended),
		calls_test(test_polkit_is_asked),
		calls_test(test_polkit_takes_its_time),
		calls_test(test_processes_are_for_root),
		calls_test(test_polkit_is_silent),
		calls_test(test_polkit_is_missing),
		calls_test(test_caller_leaves),
		cmocka_unit_test_setup_teardown(test_late_bus, set_up_late,
						tear_down),
		cmocka_unit_test_teardown(test_name, tear_down),
		calls_test(test_deaf_bus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
