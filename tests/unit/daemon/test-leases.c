// SPDX-License-Identifier: GPL-2.0-or-later
/* Leases over the bus: what is asked of the desk, what becomes of its answers
 * and of their descriptors, and who may do what. The desk does what the test
 * says. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/text.h"
#include "daemon/bus/call.h"
#include "daemon/bus/lease-objects.h"
#include "fake-bus.h"
#include "fake-desk.h"

#define ROOT ":0.7"
#define USER ":1000.1"
#define OTHER ":1001.1"
#define POOL "/org/daxbroker1/pool/fast"
/* Of the fake desk's first lease. */
#define FIRST UINT64_C(0x9000000000000000)
#define LEASE "/org/daxbroker1/lease/_39000000000000000"
#define LIMIT "org.freedesktop.DBus.Error.LimitsExceeded"
#define SIZE (UINT64_C(1) << 30)

static sd_event *event;
static struct fake_bus fake;
static struct lease_desk desk;
static struct call_queue calls;
static struct lease_objects objects;
static sd_bus *connection;

static void on_deaf(void *userdata _unused_)
{
	calls_clear(&calls);
}

static void connect_daemon(void)
{
	assert_true(sd_bus_new(&connection) >= 0);
	assert_true(sd_bus_set_address(connection,
				       getenv("DBUS_SYSTEM_BUS_ADDRESS")) >= 0);
	assert_true(sd_bus_set_bus_client(connection, 1) >= 0);
	assert_true(sd_bus_start(connection) >= 0);
	assert_true(sd_bus_attach_event(connection, event, 0) >= 0);
	assert_true(sd_bus_add_object_manager(connection, NULL, BUS_PATH) >= 0);
	assert_int_equal(lease_objects_connect(&objects, connection), 0);
	fake_bus_run(&fake);
}

static int set_up_early(void **state _unused_)
{
	assert_true(sd_event_new(&event) >= 0);
	fake_bus_make(&fake, event);
	fake.pid = getpid();
	fake_desk_make(&desk);
	calls = (struct call_queue){ .desk = &desk, .deaf = on_deaf };
	assert_int_equal(calls_init(&calls, event), 0);
	lease_objects_init(&objects, &desk, &calls);
	connect_daemon();
	return 0;
}

static void pass(void)
{
	lease_objects_passed(&objects);
	calls_passed(&calls);
	fake_bus_run(&fake);
	fake.signals[0] = '\0';
}

static int set_up(void **state)
{
	set_up_early(state);
	pass();
	return 0;
}

static int tear_down(void **state _unused_)
{
	calls_done(&calls);
	lease_objects_disconnect(&objects);
	connection = sd_bus_close_unref(connection);
	lease_objects_clear(&objects);
	fake_desk_remove(&desk);
	fake_bus_remove(&fake);
	sd_event_unref(event);
	return 0;
}

static sd_bus_message *new_call(const char *sender, const char *path,
				const char *interface, const char *method)
{
	sd_bus_message *m = NULL;

	assert_true(sd_bus_message_new_method_call(fake.daemon, &m, ":0.1",
						   path, interface,
						   method) >= 0);
	assert_true(sd_bus_message_set_sender(m, sender) >= 0);
	return m;
}

static uint64_t send_call(sd_bus_message *m)
{
	uint64_t cookie;

	assert_true(sd_bus_send(fake.daemon, m, &cookie) >= 0);
	sd_bus_message_unref(m);
	fake_bus_run(&fake);
	return cookie;
}

/* With one option, or none: name, type and value. */
static uint64_t acquire(const char *sender, uint64_t size, const char *option,
			...)
{
	sd_bus_message *m =
		new_call(sender, POOL, BUS_POOL_INTERFACE, "Acquire");
	va_list ap;

	assert_true(sd_bus_message_append(m, "t", size) >= 0);
	assert_true(sd_bus_message_open_container(m, 'a', "{sv}") >= 0);
	if (option) {
		const char *type;

		va_start(ap, option);
		type = va_arg(ap, const char *);
		assert_true(sd_bus_message_open_container(m, 'e', "sv") >= 0);
		assert_true(sd_bus_message_append(m, "s", option) >= 0);
		assert_true(sd_bus_message_open_container(m, 'v', type) >= 0);
		assert_true(sd_bus_message_appendv(m, type, ap) >= 0);
		va_end(ap);
		assert_true(sd_bus_message_close_container(m) >= 0);
		assert_true(sd_bus_message_close_container(m) >= 0);
	}
	assert_true(sd_bus_message_close_container(m) >= 0);
	return send_call(m);
}

/* polkit says yes to all. */
static void allow(void)
{
	fake_bus_decide(&fake, true, false);
	fake_bus_run(&fake);
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

static void expect_signals(const char *wanted)
{
	fake_bus_run(&fake);
	assert_string_equal(fake.signals, wanted);
	fake.signals[0] = '\0';
}

/* It has a device and the lease; the descriptors stay the reply's. */
static void expect_lease(uint64_t cookie, const char *wanted)
{
	sd_bus_message *m = fake_bus_reply(&fake, cookie)->message;
	struct stat device, zero;
	const char *path;
	int fds[2];

	expect_done(cookie);
	assert_true(sd_bus_message_read(m, "hho", &fds[0], &fds[1], &path) > 0);
	assert_string_equal(path, wanted);
	assert_int_equal(fstat(fds[0], &device), 0);
	assert_int_equal(stat("/dev/zero", &zero), 0);
	assert_int_equal(device.st_rdev, zero.st_rdev);
	assert_int_equal(fcntl(fds[0], F_GETFL) & O_ACCMODE, O_RDWR);
	assert_int_equal(fcntl(fds[1], F_GETFL) & O_ACCMODE, O_WRONLY);
}

static size_t count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void drop_replies(void)
{
	while (fake.n_replies > 0)
		sd_bus_message_unref(fake.replies[--fake.n_replies].message);
}

static void test_answered_at_once(void **state _unused_)
{
	const size_t before = count_fds();
	uint64_t cookie = acquire(ROOT, SIZE, NULL);

	expect_lease(cookie, LEASE);
	assert_int_equal(fake.n_asked, 0);
	assert_true(fake_desk_is_held(&desk, FIRST));
	/* The reply's two, and the desk's end. */
	assert_int_equal(count_fds(), before + 3);
	drop_replies();
	assert_int_equal(count_fds(), before + 1);
	assert_false(fake_desk_is_held(&desk, FIRST));
	assert_null(calls.calls);
	assert_int_equal(fake.watches, 0);
	desk.numbered = true;
	expect_done(acquire(ROOT, SIZE, NULL));
	assert_null(calls.calls);
}

static void test_answered_later(void **state _unused_)
{
	uint64_t first, second;

	desk.hold = true;
	first = acquire(ROOT, SIZE, "wait", "t", UINT64_MAX);
	second = acquire(ROOT, SIZE, "wait", "t", UINT64_C(1000));
	expect_waiting(first);
	expect_waiting(second);
	fake_desk_answer(&desk, FIRST + 1, -ETIMEDOUT, "Nobody left.");
	fake_bus_run(&fake);
	expect_error(second, SD_BUS_ERROR_TIMEOUT, "Nobody left.");
	expect_waiting(first);
	fake_desk_answer(&desk, FIRST, 0, NULL);
	fake_bus_run(&fake);
	expect_lease(first, LEASE);
	assert_int_equal(desk.withdrawn, 0);
	assert_null(calls.calls);
}

/* What the desk is asked is what the client and the bus say. */
static void test_request(void **state _unused_)
{
	acquire(USER, SIZE, "name", "s", "cache-1");
	assert_int_equal(desk.request.size, 0);
	allow();
	assert_int_equal(desk.request.size, SIZE);
	assert_string_equal(desk.pool, "fast");
	assert_string_equal(desk.name, "cache-1");
	assert_int_equal(desk.request.uid, 1000);
	assert_int_equal(desk.request.pid, getpid());
	assert_int_equal(desk.request.n_groups, 2);
	assert_int_equal(desk.groups[0], 100);
	assert_int_equal(desk.groups[1], 200);
	/* That process is of another user. */
	assert_string_equal(desk.unit, "");
	assert_int_equal(desk.request.node, -1);
	assert_int_equal(desk.request.wait, 0);
	assert_int_equal(desk.request.align, 0);
	assert_false(desk.request.zero || desk.request.revocable);
	acquire(ROOT, 4096, "node", "i", 3);
	assert_int_equal(desk.request.node, 3);
	acquire(ROOT, 4096, "align", "t", UINT64_C(1) << 21);
	assert_int_equal(desk.request.align, UINT64_C(1) << 21);
	acquire(ROOT, 4096, "zero", "b", 1);
	assert_true(desk.request.zero);
	acquire(ROOT, 4096, "revocable", "b", 1);
	assert_true(desk.request.revocable && !desk.request.zero);
	acquire(ROOT, 4096, "path", "b", 1);
	assert_true(desk.request.path && !desk.request.revocable);
	acquire(ROOT, 4096, "wait", "t", UINT64_MAX);
	assert_true(desk.request.wait == UINT64_MAX);
	assert_string_equal(desk.name, "");
}

#define INVALID SD_BUS_ERROR_INVALID_ARGS

static void test_hostile_options(void **state _unused_)
{
	const size_t size = 1000000;
	char *text = malloc(size + 1);

	assert_non_null(text);
	memset(text, 'x', size);
	text[size] = '\0';
	expect_error(acquire(USER, 0, NULL), INVALID, "size");
	expect_error(acquire(USER, UINT64_MAX, NULL), INVALID, "size");
	expect_error(acquire(USER, SIZE, "hugepages", "b", 1), INVALID,
		     "\"hugepages\"");
	expect_error(acquire(USER, SIZE, text, "b", 1), INVALID, "xxx...");
	expect_error(acquire(USER, SIZE, "align", "u", 4096), INVALID,
		     "\"align\": its type");
	expect_error(acquire(USER, SIZE, "zero", "as", 1, "x"), INVALID,
		     "\"zero\": its type");
	expect_error(acquire(USER, SIZE, "align", "t", UINT64_C(3)), INVALID,
		     "\"align\"");
	expect_error(acquire(USER, SIZE, "align", "t", UINT64_C(12288)),
		     INVALID, "\"align\"");
	expect_error(acquire(USER, SIZE, "node", "i", -2), INVALID, "\"node\"");
	expect_error(acquire(USER, SIZE, "wait", "t", UINT64_MAX - 1), INVALID,
		     "\"wait\"");
	expect_error(acquire(USER, SIZE, "name", "s", "a b"), INVALID,
		     "\"name\"");
	expect_error(acquire(USER, SIZE, "name", "s", "\xc2\xa0"), INVALID,
		     "\"name\"");
	expect_error(acquire(USER, SIZE, "name", "s", text), INVALID,
		     "\"name\"");
	free(text);
	/* Nobody was asked, and nothing is kept. */
	assert_int_equal(fake.n_asked, 0);
	assert_null(calls.calls);
	assert_int_equal(desk.n, 0);
}

/* An option has one type, and all others are refused. */
static void expect_type(const char *name, const char *type, uint64_t cookie)
{
	static const struct {
		const char *name, *type;
	} options[] = {
		{ "align", "t" }, { "node", "i" }, { "name", "s" },
		{ "wait", "t" },  { "zero", "b" }, { "revocable", "b" },
		{ "path", "b" },
	};
	bool fits = false;

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		fits |= strcmp(options[i].name, name) == 0 &&
			strcmp(options[i].type, type) == 0;
	if (!fits) {
		expect_error(cookie, INVALID, name);
		return;
	}
	expect_waiting(cookie);
	fake_bus_decide(&fake, false, false);
	fake_bus_run(&fake);
}

static void test_types(void **state _unused_)
{
	static const char *const names[] = { "align", "node",  "name",
					     "wait",  "zero",  "revocable",
					     "path",  "other", "",
					     "Zero" };
	const size_t before = count_fds();

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *n = names[i];

#define TRY(type, ...) \
	expect_type(n, type, acquire(USER, SIZE, n, type, ##__VA_ARGS__))
		TRY("t", UINT64_C(4096));
		TRY("x", INT64_C(4096));
		TRY("i", 1);
		TRY("u", 4096);
		TRY("s", "x");
		TRY("b", 1);
		TRY("d", 1.0);
		TRY("o", "/");
		TRY("g", "t");
		TRY("h", STDIN_FILENO);
		TRY("ay", 1, 0);
		TRY("as", 1, "x");
		TRY("(tt)", UINT64_C(1), UINT64_C(2));
		TRY("a{sv}", 1, "zero", "b", 1);
		TRY("v", "t", UINT64_C(4096));
#undef TRY
	}
	assert_null(calls.calls);
	drop_replies();
	assert_int_equal(count_fds(), before);
}

static void test_option_twice(void **state _unused_)
{
	sd_bus_message *m = new_call(USER, POOL, BUS_POOL_INTERFACE, "Acquire");

	assert_true(sd_bus_message_append(m, "ta{sv}", SIZE, 2, "zero", "b", 0,
					  "zero", "b", 1) >= 0);
	expect_error(send_call(m), INVALID, "\"zero\": it is there twice");
}

static void test_errors(void **state _unused_)
{
	static const struct {
		int error;
		const char *name;
	} cases[] = {
		{ -EINVAL, "org.freedesktop.DBus.Error.InvalidArgs" },
		{ -EPERM, "org.freedesktop.DBus.Error.AccessDenied" },
		{ -EDQUOT, "org.freedesktop.DBus.Error.LimitsExceeded" },
		{ -ETIMEDOUT, "org.freedesktop.DBus.Error.Timeout" },
		{ -EBUSY, "org.daxbroker1.Error.Unavailable" },
		{ -ENOMEM, "org.daxbroker1.Error.Unavailable" },
		{ -ESHUTDOWN, "org.daxbroker1.Error.Unavailable" },
		{ -EOPNOTSUPP, "org.freedesktop.DBus.Error.NotSupported" },
		{ -ENOENT, "org.freedesktop.DBus.Error.UnknownObject" },
		{ -EIO, "org.freedesktop.DBus.Error.Failed" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		desk.error = cases[i].error;
		desk.message = "That is why.";
		expect_error(acquire(ROOT, SIZE, NULL), cases[i].name,
			     "That is why.");
	}
	/* Whatever it says arrives. */
	desk.message = "Process \xff has it.";
	expect_error(acquire(ROOT, SIZE, NULL), SD_BUS_ERROR_FAILED,
		     "Process ? has it.");
	desk.message = NULL;
	expect_error(acquire(ROOT, SIZE, NULL), SD_BUS_ERROR_FAILED, "error");
	assert_null(calls.calls);
}

static void test_no_such_pool(void **state _unused_)
{
	expect_error(send_call(new_call(ROOT, "/org/daxbroker1/pool/none",
					BUS_POOL_INTERFACE, "Acquire")),
		     SD_BUS_ERROR_UNKNOWN_OBJECT, "");
}

/* As many as may wait. */
static void fill(const char *sender)
{
	for (unsigned int i = 0; i < 64; i++)
		acquire(sender, SIZE, NULL), allow();
}

static uint64_t acquire_of(const char *path)
{
	sd_bus_message *m = new_call(ROOT, path, BUS_POOL_INTERFACE, "Acquire");

	assert_true(sd_bus_message_append(m, "ta{sv}", SIZE, 0) >= 0);
	return send_call(m);
}

/* While the daemon starts: they wait for the first pass, in their order. */
static void test_early(void **state _unused_)
{
	uint64_t first, second, third, denied;

	first = acquire(ROOT, SIZE, NULL);
	second = acquire(USER, SIZE, "name", "s", "second");
	allow();
	denied = acquire(USER, SIZE, NULL);
	fake_bus_decide(&fake, false, false);
	fake_bus_run(&fake);
	third = acquire(ROOT, SIZE, NULL);
	expect_waiting(first);
	expect_waiting(second);
	expect_waiting(third);
	expect_error(denied, SD_BUS_ERROR_ACCESS_DENIED, "");
	assert_int_equal(desk.n, 0);
	expect_error(acquire(ROOT, 0, NULL), INVALID, "size");
	pass();
	expect_lease(first, LEASE);
	expect_lease(second, "/org/daxbroker1/lease/_39000000000000001");
	expect_lease(third, "/org/daxbroker1/lease/_39000000000000002");
	assert_string_equal(desk.list[1]->grant.name, "second");
	assert_string_equal(desk.list[1]->grant.pool, "fast");
	assert_null(calls.calls);
	expect_done(acquire(ROOT, SIZE, NULL));
}

/* What is no pool's path is refused at once, as ever; the desk knows of which
 * there is none. */
static void test_early_no_such_pool(void **state _unused_)
{
	static const char *const wrong[] = {
		"/org/daxbroker1/pool/_39x",
		"/org/daxbroker1/pool/fast/more",
		"/org/daxbroker1/pools/fast",
	};
	_cleanup_free_ char *none = NULL;
	char name[POLICY_NAME_MAX + 1];
	uint64_t cookie;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		expect_error(acquire_of(wrong[i]), SD_BUS_ERROR_UNKNOWN_OBJECT,
			     "");
	memset(name, 'x', POLICY_NAME_MAX);
	name[POLICY_NAME_MAX] = '\0';
	none = text_format("/org/daxbroker1/pool/%s", name);
	expect_error(acquire_of(none), SD_BUS_ERROR_UNKNOWN_OBJECT, "");
	expect_error(
		send_call(new_call(ROOT, POOL, BUS_POOL_INTERFACE, "Acquire")),
		SD_BUS_ERROR_UNKNOWN_OBJECT, "");
	cookie = acquire_of("/org/daxbroker1/pool/none_2d1");
	expect_waiting(cookie);
	desk.error = -ENOENT;
	desk.message = "There is no such pool.";
	pass();
	expect_error(cookie, SD_BUS_ERROR_UNKNOWN_OBJECT, "no such pool");
	assert_string_equal(desk.pool, "none-1");
}

/* They wait as others do, and count as those do. */
static void test_early_limits(void **state _unused_)
{
	uint64_t cookie;

	fill(USER);
	cookie = acquire(USER, SIZE, NULL);
	allow();
	expect_error(cookie, LIMIT, "wait for a lease");
	acquire(OTHER, SIZE, NULL);
	allow();
	fake_bus_leave(&fake, OTHER);
	fake_bus_run(&fake);
	assert_int_equal(desk.withdrawn, 0);
	desk.hold = true;
	pass();
	assert_int_equal(desk.n, 64);
	assert_int_equal(desk.list[0]->grant.uid, 1000);
}

/* A connection that is lost while they wait; the next one is watched, too. */
static void test_early_bus_lost(void **state _unused_)
{
	uint64_t cookie;

	expect_waiting(acquire(ROOT, SIZE, NULL));
	calls_clear(&calls);
	lease_objects_disconnect(&objects);
	connection = sd_bus_close_unref(connection);
	fake_bus_run(&fake);
	connect_daemon();
	cookie = acquire_of("/org/daxbroker1/pool/other");
	expect_waiting(cookie);
	pass();
	expect_done(cookie);
	assert_int_equal(desk.n, 1);
}

static void test_polkit(void **state _unused_)
{
	uint64_t denied = acquire(USER, SIZE, NULL), allowed;

	expect_waiting(denied);
	assert_int_equal(desk.n, 0);
	fake_bus_decide(&fake, false, false);
	fake_bus_run(&fake);
	expect_error(denied, SD_BUS_ERROR_ACCESS_DENIED,
		     "org.daxbroker1.lease");
	allowed = acquire(USER, SIZE, NULL);
	allow();
	expect_lease(allowed, LEASE);
	denied = acquire(USER, SIZE, NULL);
	fake_bus_fail(&fake, SD_BUS_ERROR_SERVICE_UNKNOWN, "It is not there");
	fake_bus_run(&fake);
	expect_error(denied, SD_BUS_ERROR_AUTH_FAILED, "It is not there");
	assert_int_equal(desk.n, 1);
}

static void test_caller_leaves(void **state _unused_)
{
	desk.hold = true;
	acquire(USER, SIZE, NULL);
	acquire(USER, SIZE, NULL);
	acquire(OTHER, SIZE, NULL);
	allow();
	assert_int_equal(desk.n, 3);
	fake_bus_leave(&fake, USER);
	fake_bus_run(&fake);
	assert_int_equal(desk.withdrawn, 2);
	assert_int_equal(desk.n, 1);
	assert_int_equal(desk.list[0]->grant.uid, 1001);
	assert_int_equal(fake.watches, 1);
	/* While polkit is asked there is nothing to withdraw. */
	acquire(USER, SIZE, NULL);
	fake_bus_leave(&fake, USER);
	fake_bus_run(&fake);
	assert_int_equal(fake.called_off, 1);
	assert_int_equal(desk.withdrawn, 2);
	/* The bus goes away. */
	calls_clear(&calls);
	assert_int_equal(desk.withdrawn, 3);
	assert_int_equal(desk.n, 0);
}

/* Who leaves makes room for the next, which may be one of its own. */
static void test_next_in_turn(void **state _unused_)
{
	uint64_t other;

	desk.hold = desk.in_turn = true;
	acquire(USER, SIZE, NULL);
	acquire(USER, SIZE, NULL);
	acquire(USER, SIZE, NULL);
	other = acquire(OTHER, SIZE, NULL);
	allow();
	fake_bus_leave(&fake, USER);
	fake_bus_run(&fake);
	assert_int_equal(desk.withdrawn, 2);
	expect_done(other);
	assert_null(calls.calls);
	assert_int_equal(fake.watches, 0);
}

static void test_limits(void **state _unused_)
{
	uint64_t cookie;

	desk.hold = true;
	fill(USER);
	assert_int_equal(desk.n, 64);
	cookie = acquire(USER, SIZE, NULL);
	allow();
	expect_error(cookie, LIMIT, "wait for a lease");
	/* Neither others nor root are kept out, nor his other calls. */
	cookie = acquire(OTHER, SIZE, NULL);
	allow();
	expect_waiting(cookie);
	expect_waiting(acquire(ROOT, SIZE, NULL));
	assert_int_equal(desk.n, 66);
	fake_desk_answer(&desk, FIRST, 0, NULL);
	cookie = acquire(USER, SIZE, NULL);
	allow();
	expect_waiting(cookie);
	assert_int_equal(desk.n, 67);
}

static void test_limit_of_users(void **state _unused_)
{
	uint64_t cookie;

	desk.hold = true;
	for (unsigned int uid = 2000; uid < 2016; uid++) {
		char sender[16];

		snprintf(sender, sizeof(sender), ":%u.1", uid);
		fill(sender);
	}
	assert_int_equal(desk.n, 1024);
	cookie = acquire(USER, SIZE, NULL);
	allow();
	expect_error(cookie, LIMIT, "wait for a lease");
	expect_waiting(acquire(ROOT, SIZE, NULL));
}

/* Those that wait for polkit have the limit of all calls. */
static void test_limit_of_questions(void **state _unused_)
{
	desk.hold = true;
	fill(USER);
	for (unsigned int i = 0; i < 16; i++)
		expect_waiting(acquire(USER, SIZE, NULL));
	expect_error(acquire(USER, SIZE, NULL), LIMIT, "wait for an answer");
}

/* Answers that nobody reads hold no descriptors, and leases end. */
static void test_unread(void **state _unused_)
{
	static const char text[20000];
	uint64_t unsent = 0, cookie, late;

	desk.hold = true;
	cookie = acquire(USER, SIZE, NULL);
	allow();
	late = acquire(OTHER, SIZE, NULL);
	assert_true(sd_bus_detach_event(fake.daemon) >= 0);
	while (unsent <= 65) {
		sd_bus_message *m = NULL;

		assert_true(sd_bus_message_new_signal(connection, &m, POOL,
						      BUS_POOL_INTERFACE,
						      "Noise") >= 0);
		assert_true(sd_bus_message_append_array(m, 'y', text,
							sizeof(text)) >= 0);
		assert_true(sd_bus_send(connection, m, NULL) >= 0);
		sd_bus_message_unref(m);
		sd_bus_get_n_queued_write(connection, &unsent);
	}
	fake_desk_answer(&desk, FIRST, 0, NULL);
	assert_false(fake_desk_is_held(&desk, FIRST));
	allow();
	assert_int_equal(desk.n, 1);
	assert_true(sd_bus_attach_event(fake.daemon, event, 0) >= 0);
	fake_bus_run(&fake);
	expect_error(cookie, LIMIT, "not been read");
	expect_error(late, LIMIT, "not been read");
}

static uint64_t call_lease(const char *sender, const char *method)
{
	sd_bus_message *m =
		new_call(sender, LEASE, BUS_LEASE_INTERFACE, method);

	if (strcmp(method, "Reclaim") == 0)
		assert_true(sd_bus_message_append(m, "t", UINT64_C(5000)) >= 0);
	return send_call(m);
}

static void make_lease(bool revocable)
{
	expect_waiting(acquire(USER, SIZE, "revocable", "b", (int)revocable));
	allow();
	lease_objects_lease(&objects, desk.list[0], false);
}

static void test_release(void **state _unused_)
{
	uint64_t other;

	make_lease(false);
	other = call_lease(OTHER, "Release");
	expect_waiting(other);
	fake_bus_decide(&fake, false, true);
	fake_bus_run(&fake);
	expect_error(other, SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED,
		     "");
	assert_int_equal(desk.list[0]->grant.state, POLICY_GRANT_ACTIVE);
	/* The owner needs no polkit, and it may be from another connection. */
	expect_done(call_lease(":1000.77", "Release"));
	assert_int_equal(fake.n_asked, 0);
	assert_int_equal(desk.list[0]->grant.state, POLICY_GRANT_RELEASING);
}

static void test_release_by_others(void **state _unused_)
{
	uint64_t other;

	make_lease(false);
	other = call_lease(OTHER, "Release");
	allow();
	expect_done(other);
	assert_int_equal(desk.list[0]->grant.state, POLICY_GRANT_RELEASING);
	expect_done(call_lease(ROOT, "Release"));
}

/* While polkit was asked. */
static void test_lease_has_ended(void **state _unused_)
{
	uint64_t release, reclaim;

	make_lease(true);
	release = call_lease(OTHER, "Release");
	reclaim = call_lease(OTHER, "Reclaim");
	lease_objects_lease(&objects, desk.list[0], true);
	fake_desk_drop(&desk, FIRST);
	allow();
	expect_error(release, SD_BUS_ERROR_FILE_NOT_FOUND, "has ended");
	expect_error(reclaim, SD_BUS_ERROR_FILE_NOT_FOUND, "has ended");
	expect_error(call_lease(USER, "Release"), SD_BUS_ERROR_UNKNOWN_OBJECT,
		     "");
}

static void test_reclaim(void **state _unused_)
{
	sd_bus_message *m;
	uint64_t owner;

	make_lease(true);
	/* Nor may its owner without polkit. */
	owner = call_lease(USER, "Reclaim");
	expect_waiting(owner);
	fake_bus_decide(&fake, false, false);
	fake_bus_run(&fake);
	expect_error(owner, SD_BUS_ERROR_ACCESS_DENIED,
		     "org.daxbroker1.reclaim");
	assert_int_equal(desk.reclaimed, 0);
	owner = call_lease(USER, "Reclaim");
	allow();
	expect_done(owner);
	assert_int_equal(desk.reclaimed, 5000);
	m = new_call(ROOT, LEASE, BUS_LEASE_INTERFACE, "Reclaim");
	assert_true(sd_bus_message_append(m, "t", UINT64_MAX) >= 0);
	expect_error(send_call(m), INVALID, "so long");
	fake_desk_lease(&desk, FIRST)->grant.revocable = false;
	expect_error(call_lease(ROOT, "Reclaim"), SD_BUS_ERROR_NOT_SUPPORTED,
		     "not revocable");
}

/* The dump of a reply; to be freed. */
static char *text_of(uint64_t cookie)
{
	const struct fake_reply *reply = fake_bus_reply(&fake, cookie);
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	assert_non_null(reply);
	assert_true(sd_bus_message_rewind(reply->message, 1) >= 0);
	assert_true(sd_bus_message_dump(reply->message, f, 0) >= 0);
	fclose(f);
	return text;
}

/* A line of it, without its blanks, is this. */
static bool has_property(const char *text, const char *name, const char *value)
{
	char wanted[128];
	const char *at;

	snprintf(wanted, sizeof(wanted), "STRING \"%s\";", name);
	at = strstr(text, wanted);
	return at && strstr(at, value) && strstr(at, value) < at + 200;
}

static char *properties(const char *path, const char *interface)
{
	sd_bus_message *m = new_call(
		USER, path, "org.freedesktop.DBus.Properties", "GetAll");

	assert_true(sd_bus_message_append(m, "s", interface) >= 0);
	return text_of(send_call(m));
}

static void test_properties(void **state _unused_)
{
	_cleanup_free_ char *lease = NULL, *pool = NULL;

	make_lease(true);
	lease = properties(LEASE, BUS_LEASE_INTERFACE);
	assert_true(has_property(lease, "Id", "\"9000000000000000\""));
	assert_true(has_property(lease, "Pool", "\"fast\""));
	assert_true(has_property(lease, "Name", "\"\""));
	assert_true(has_property(lease, "Size", "UINT64 1073741824"));
	assert_true(has_property(lease, "Node", "INT32 -1"));
	assert_true(has_property(lease, "Device",
				 "\"/org/daxbroker1/device/dax0_2e1\""));
	assert_true(has_property(lease, "Uid", "UINT32 1000"));
	assert_true(has_property(lease, "State", "\"active\""));
	assert_true(has_property(lease, "Revocable", "BOOLEAN true"));
	assert_true(has_property(lease, "Deadline", "UINT64 0"));
	pool = properties(POOL, BUS_POOL_INTERFACE);
	assert_true(has_property(pool, "Name", "\"fast\""));
	assert_true(has_property(pool, "Idle", "\"system-ram\""));
	assert_true(has_property(pool, "MaxLease", "UINT64 1073741824"));
	assert_true(has_property(pool, "Granule", "UINT64 2097152"));
	assert_true(has_property(pool, "Waiting", "UINT32 0"));
}

/* Who is in the way is for the owner and for root; that somebody is, for all.
 */
static void test_holder(void **state _unused_)
{
	_cleanup_free_ char *all = NULL, *owner = NULL, *root = NULL,
			    *other = NULL;
	struct lease *lease;

	make_lease(false);
	lease = fake_desk_lease(&desk, FIRST);
	lease->holder = (struct act_blocker){ .kind = "mapped",
					      .pid = 812,
					      .command = "child",
					      .cgroup = "/far.service",
					      .count = 2 };
	lease_objects_lease(&objects, lease, false);
	expect_signals("InterfacesAdded /lease/_39000000000000000,"
		       "PropertiesChanged /lease/_39000000000000000,");
	all = properties(LEASE, BUS_LEASE_INTERFACE);
	assert_true(has_property(all, "blocker_kind", "\"mapped\""));
	assert_true(has_property(all, "blocker_count", "UINT64 2"));
	owner = text_of(call_lease(USER, "GetHolder"));
	assert_true(has_property(owner, "blocker_pid", "UINT64 812"));
	assert_true(has_property(owner, "blocker_command", "\"child\""));
	root = text_of(call_lease(ROOT, "GetHolder"));
	assert_true(has_property(root, "blocker_cgroup", "\"/far.service\""));
	other = text_of(call_lease(OTHER, "GetHolder"));
	assert_true(has_property(other, "blocker_kind", "\"mapped\""));
	for (size_t i = 0; i < 2; i++) {
		const char *text = i ? all : other;

		assert_null(strstr(text, "812"));
		assert_null(strstr(text, "child"));
		assert_null(strstr(text, "far.service"));
	}
	assert_null(calls.calls);
}

static void test_signals(void **state _unused_)
{
	struct lease *lease;

	make_lease(true);
	expect_signals("InterfacesAdded /lease/_39000000000000000,");
	lease = fake_desk_lease(&desk, FIRST);
	lease_objects_lease(&objects, lease, false);
	expect_signals("");
	lease->grant.deadline = 77;
	lease_objects_reclaim(&objects, lease);
	expect_signals("PropertiesChanged /lease/_39000000000000000,"
		       "ReclaimRequested /lease/_39000000000000000,");
	lease_objects_poisoned(&objects, lease, 4096, 8192);
	expect_signals("Poisoned /lease/_39000000000000000,");
	lease->grant.state = POLICY_GRANT_DRAINING;
	lease_objects_lease(&objects, lease, false);
	expect_signals("PropertiesChanged /lease/_39000000000000000,");
	desk.pools[0].n_leases = 1;
	lease_objects_pool(&objects, "fast");
	expect_signals("PropertiesChanged /pool/fast,");
	lease_objects_lease(&objects, lease, true);
	expect_signals("InterfacesRemoved /lease/_39000000000000000,");
	fake_desk_drop(&desk, FIRST);
}

/* What waits is counted without a pass. */
static void test_waiting(void **state _unused_)
{
	_cleanup_free_ char *pool = NULL;

	desk.hold = true;
	acquire(ROOT, SIZE, NULL);
	lease_objects_pool(&objects, "fast");
	expect_signals("PropertiesChanged /pool/fast,");
	pool = properties(POOL, BUS_POOL_INTERFACE);
	assert_true(has_property(pool, "Waiting", "UINT32 1"));
	lease_objects_pool(&objects, "slow-1");
	lease_objects_pool(&objects, "none");
	expect_signals("");
}

/* After a pass. */
static void test_pools_come_and_go(void **state _unused_)
{
	const struct policy_pool *policy = desk.pools[0].policy;
	_cleanup_free_ char *pool = NULL;

	/* Policies may be read anew before the next pass. */
	desk.pools[0].policy = NULL;
	pool = properties(POOL, BUS_POOL_INTERFACE);
	assert_true(has_property(pool, "Name", "\"fast\""));
	desk.pools[0].policy = policy;
	desk.n_pools = 1;
	lease_objects_passed(&objects);
	expect_signals("InterfacesRemoved /pool/slow_2d1,");
	desk.n_pools = 2;
	desk.pools[0].largest = 5;
	lease_objects_passed(&objects);
	expect_signals("PropertiesChanged /pool/fast,"
		       "InterfacesAdded /pool/slow_2d1,");
}

#define leases_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
#define early_test(f) \
	cmocka_unit_test_setup_teardown(f, set_up_early, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		leases_test(test_answered_at_once),
		leases_test(test_answered_later),
		leases_test(test_request),
		leases_test(test_hostile_options),
		leases_test(test_types),
		leases_test(test_option_twice),
		leases_test(test_errors),
		leases_test(test_no_such_pool),
		early_test(test_early),
		early_test(test_early_no_such_pool),
		early_test(test_early_limits),
		early_test(test_early_bus_lost),
		leases_test(test_polkit),
		leases_test(test_caller_leaves),
		leases_test(test_next_in_turn),
		leases_test(test_limits),
		leases_test(test_limit_of_users),
		leases_test(test_limit_of_questions),
		leases_test(test_unread),
		leases_test(test_release),
		leases_test(test_release_by_others),
		leases_test(test_lease_has_ended),
		leases_test(test_reclaim),
		leases_test(test_properties),
		leases_test(test_holder),
		leases_test(test_signals),
		leases_test(test_waiting),
		leases_test(test_pools_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
