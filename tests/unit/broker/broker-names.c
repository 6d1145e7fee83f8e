// SPDX-License-Identifier: GPL-2.0-or-later
/* The name of a node that udev is to know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "basic/names.h"
#include "broker-case.h"

#define NAMED(device, line) \
	"[Match]\nDevice=" device "\n[Region]\nMode=system-ram\n" line "\n"

static void event_file(int node, char buf[64])
{
	snprintf(buf, 64, "sys/devices/system/node/node%d/uevent", node);
}

static void forget_events(void)
{
	char path[64];

	for (int node = 1; node <= 2; node++) {
		event_file(node, path);
		tree_text(&world.root, path, "");
	}
}

/* Which of both nodes were announced since then: "1", "2", "12", "". */
static void expect_events(const char *wanted)
{
	char path[64], full[256], found[3] = "";

	for (int node = 1; node <= 2; node++) {
		_cleanup_free_ char *text = NULL;

		event_file(node, path);
		snprintf(full, sizeof(full), "%s/%s", world.root.path, path);
		text = slurp(full);
		if (*text)
			found[strlen(found)] = (char)('0' + node);
	}
	assert_string_equal(found, wanted);
	forget_events();
}

/* Both devices are the memory of a node. */
static void start(const char *a, const char *b)
{
	world_policy(&world, "a.region", a);
	world_policy(&world, "b.region", b);
	world_add_region(&world, 1);
	world_add_region(&world, 1);
	world_device(&world, "dax0.0")->driver = DRIVER_KMEM;
	world_device(&world, "dax1.0")->driver = DRIVER_KMEM;
	world_device(&world, "dax1.0")->node = 2;
	forget_events();
	world_start(&world);
	fake_advance(&world.fake, 60 * SECOND);
	forget_events();
}

static void reload(const char *a, const char *b)
{
	world_policy(&world, "a.region", a);
	world_policy(&world, "b.region", b);
	world_reload(&world);
}

static void expect_published(const char *wanted)
{
	_cleanup_free_ char *text = NULL;
	char full[256];

	snprintf(full, sizeof(full), "%s" RUN_DIR "/" RUN_NODES,
		 world.root.path);
	text = slurp(full);
	assert_string_equal(text, wanted);
}

static void test_renamed(void **state _unused_)
{
	unsigned int surveys;

	start(NAMED("dax0.0", "NodeName=a"), NAMED("dax1.0", "NodeName=b"));
	expect_published("a 1 dax0.0\nb 2 dax1.0\n");
	surveys = world.surveys;
	fake_advance(&world.fake, 60 * SECOND);
	assert_int_equal(world.surveys, surveys);
	reload(NAMED("dax0.0", "NodeName=c"), NAMED("dax1.0", "NodeName=b"));
	expect_events("1");
	reload(NAMED("dax0.0", ""), NAMED("dax1.0", "NodeName=b"));
	expect_events("1");
	expect_published("b 2 dax1.0\n");
	reload(NAMED("dax0.0", ""), NAMED("dax1.0", "NodeName=b"));
	expect_events("");
}

/* systemd takes the new one only when the old one is gone. */
static void test_moved(void **state _unused_)
{
	start(NAMED("dax0.0", ""), NAMED("dax1.0", "NodeName=b"));
	reload(NAMED("dax0.0", "NodeName=b"), NAMED("dax1.0", ""));
	expect_events("12");
	fake_advance(&world.fake, 2 * SECOND);
	expect_events("1");
	fake_advance(&world.fake, 60 * SECOND);
	expect_events("");
}

static void test_exchanged(void **state _unused_)
{
	start(NAMED("dax0.0", "NodeName=a"), NAMED("dax1.0", "NodeName=b"));
	reload(NAMED("dax0.0", "NodeName=b"), NAMED("dax1.0", "NodeName=a"));
	expect_events("12");
	fake_advance(&world.fake, 2 * SECOND);
	expect_events("12");
	fake_advance(&world.fake, 60 * SECOND);
	expect_events("");
}

/* The alias of one node is none of two. */
static void test_shared(void **state _unused_)
{
	start(NAMED("dax0.0", "NodeName=a"), NAMED("dax1.0", ""));
	reload(NAMED("dax0.0", "NodeName=a"), NAMED("dax1.0", "NodeName=a"));
	expect_published("a 1 dax0.0\na 2 dax1.0\n");
	expect_events("12");
	reload(NAMED("dax0.0", "NodeName=n%n"),
	       NAMED("dax1.0", "NodeName=n%n"));
	expect_published("n1 1 dax0.0\nn2 2 dax1.0\n");
	expect_events("12");
}

static void test_restarted(void **state _unused_)
{
	start(NAMED("dax0.0", "NodeName=a"), NAMED("dax1.0", ""));
	world_kill(&world);
	world_start(&world);
	expect_events("");
	world_kill(&world);
	world_policy(&world, "a.region", NAMED("dax0.0", ""));
	world_policy(&world, "b.region", NAMED("dax1.0", "NodeName=a"));
	world_start(&world);
	expect_events("12");
	fake_advance(&world.fake, 2 * SECOND);
	expect_events("2");
}

/* Devices are kept as they are, and so are their names. */
static void test_faulty(void **state _unused_)
{
	start(NAMED("dax0.0", "NodeName=a"), NAMED("dax1.0", "NodeName=b"));
	reload("[Region]\nMode=nonsense\n", NAMED("dax1.0", "NodeName=c"));
	expect_published("a 1 dax0.0\nb 2 dax1.0\n");
	expect_events("");
}

int broker_names_run(void)
{
	const struct CMUnitTest tests[] = {
		broker_test(test_renamed),   broker_test(test_moved),
		broker_test(test_exchanged), broker_test(test_shared),
		broker_test(test_restarted), broker_test(test_faulty),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
