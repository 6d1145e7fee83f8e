// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Giving a device a driver while others have none: they are as before,
 * whatever the kernel and its drivers, and wherever the job is cut off. Over a
 * fake dax bus, which knows of types or not: dax0.0 is
 * soft-reserved memory, dax1.0 and dax2.0 are persistent.
 */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/bystander-hold.h"
#include "act/driver.h"
#include "facts/root.h"
#include "facts/snapshot-read.h"
#include "plan/bystander.h"
#include "tests/unit/facts/tree.h"

int __wrap_act_write(int root_fd, const char *text, const char *path_format,
		     ...) _printf_(3, 4);
int __wrap_module_load(int root_fd, const char *name);

#define DEVICES "sys/bus/dax/devices"
#define DRIVERS "sys/bus/dax/drivers"

static const char *const names[] = { "dax0.0", "dax1.0", "dax2.0" };

static struct {
	struct tree tree;
	bool types;
	unsigned int writes;
	unsigned int strike_at; /* 0: never */
	bool after;
	int error; /* instead of a kill */
	/* Before this write, "DRIVER/VERB DEVICE", somebody else gives dax2.0
	 * to device_dax. */
	const char *other_at;
} bus;

static const char *driver_of(const char *device)
{
	static char found[32];
	_cleanup_free_ char *name = NULL;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), DEVICES "/%s/driver", device);
	if (root_read_link_name(bus.tree.fd, path, &name) < 0)
		return "none";
	snprintf(found, sizeof(found), "%s", name);
	return found;
}

static bool is_listed(const char *device, const char *driver)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "ids/%s/%s", driver, device);
	return root_exists(bus.tree.fd, path);
}

/* dax_bus_match() of the kernel. */
static bool is_match(const char *device, const char *driver)
{
	bool kmem = strcmp(driver, "kmem") == 0;

	if (is_listed(device, driver))
		return true;
	if (!bus.types)
		return !kmem;
	return kmem == (strcmp(device, "dax0.0") == 0);
}

static void set_driver(const char *device, const char *driver)
{
	char path[PATH_MAX], target[PATH_MAX];

	snprintf(path, sizeof(path), DEVICES "/%s/driver", device);
	snprintf(target, sizeof(target), "../../drivers/%s", driver);
	tree_link(&bus.tree, path, target);
}

static int attach(const char *device, const char *driver)
{
	if (strcmp(driver_of(device), "none") != 0)
		return -EBUSY;
	set_driver(device, driver);
	return 0;
}

/* Of a recorded device the number of the next link might be the same. */
static void bind_as_others(const char *driver, const char *verb,
			   const char *device)
{
	char write[96];

	snprintf(write, sizeof(write), "%s/%s %s", driver, verb, device);
	if (!bus.other_at || strcmp(bus.other_at, write) != 0)
		return;
	bus.other_at = NULL;
	set_driver("dax2.0", "other");
	tree_link(&bus.tree, "between", "other");
	set_driver("dax2.0", "device_dax");
}

/* driver_attach() */
static void probe_all(const char *driver)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (is_match(names[i], driver))
			attach(names[i], driver);
}

static int obey(const char *driver, const char *verb, const char *device)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), DRIVERS "/%s/%s", driver, verb);
	if (!root_exists(bus.tree.fd, path))
		return -ENOENT;
	if (strcmp(verb, "attach") == 0)
		return attach(device, driver);
	if (strcmp(verb, "bind") == 0)
		return is_match(device, driver) ? attach(device, driver)
						: -ENODEV;
	snprintf(path, sizeof(path), "ids/%s/%s", driver, device);
	if (strcmp(verb, "new_id") == 0) {
		tree_write(&bus.tree, path, "");
		probe_all(driver);
	} else if (strcmp(verb, "remove_id") == 0) {
		unlinkat(bus.tree.fd, path, 0);
	} else {
		snprintf(path, sizeof(path), DEVICES "/%s/driver", device);
		unlinkat(bus.tree.fd, path, 0);
	}
	return 0;
}

int __wrap_act_write(int root_fd _unused_, const char *text,
		     const char *path_format, ...)
{
	bool strike = ++bus.writes == bus.strike_at;
	char path[PATH_MAX], driver[32], verb[32];
	va_list ap;
	int r = 0;

	va_start(ap, path_format);
	vsnprintf(path, sizeof(path), path_format, ap);
	va_end(ap);
	if (strike && bus.error)
		return -bus.error;
	if (strike && !bus.after)
		raise(SIGKILL);
	if (sscanf(path, DRIVERS "/%31[^/]/%31s", driver, verb) == 2) {
		bind_as_others(driver, verb, text);
		r = obey(driver, verb, text);
	} else
		tree_write(&bus.tree, path, text);
	if (strike)
		raise(SIGKILL);
	return r;
}

int __wrap_module_load(int root_fd _unused_, const char *name)
{
	_cleanup_free_ char *autoprobe = NULL;

	if (root_read_line(bus.tree.fd, "sys/bus/dax/drivers_autoprobe",
			   &autoprobe) < 0)
		abort();
	if (strcmp(autoprobe, "1") == 0)
		probe_all(name);
	return 0;
}

static void add_pmem(const char *name)
{
	const char *dir = "sys/devices/LNXSYSTM:00/ndbus0/region0";
	static const struct {
		const char *path, *text;
	} files[] = {
		{ "dax_region/id", "1\n" },
		{ "dax_region/size", "402653184\n" },
		{ "uuid", "\n" },
		{ "%s/size", "402653184\n" },
		{ "%s/mapping0/start", "0x200000000\n" },
		{ "%s/mapping0/end", "0x217ffffff\n" },
	};
	char path[PATH_MAX], tail[64], target[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		const char *rest = files[i].path;
		bool own = strncmp(rest, "%s/", 3) == 0;

		snprintf(tail, sizeof(tail), "%s%s", own ? name : "",
			 own ? rest + 2 : rest);
		snprintf(path, sizeof(path), "%s/%s/%s", dir, name, tail);
		tree_write(&bus.tree, path, files[i].text);
	}
	snprintf(path, sizeof(path), "%s/%s/subsystem", dir, name);
	tree_link(&bus.tree, path, "../../../../../bus/nd");
	snprintf(path, sizeof(path), DEVICES "/%s", name);
	snprintf(target, sizeof(target), "../../../%s/%s/%s",
		 dir + strlen("sys/"), name, name);
	tree_link(&bus.tree, path, target);
}

static void add_verbs(const char *driver, bool daxbroker)
{
	static const char *const verbs[] = { "bind", "unbind", "new_id",
					     "remove_id", "attach" };
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		snprintf(path, sizeof(path), DRIVERS "/%s/%s", driver,
			 verbs[i]);
		if (daxbroker || strcmp(verbs[i], "attach") != 0)
			tree_write(&bus.tree, path, "");
	}
}

static void bus_open(bool types, bool daxbroker)
{
	memset(&bus, 0, sizeof(bus));
	bus.types = types;
	tree_open(&bus.tree);
	tree_add_system(&bus.tree);
	tree_add_hmem(&bus.tree, 0, 0, 4ULL << 30, 384);
	add_pmem("dax1.0");
	add_pmem("dax2.0");
	add_verbs("kmem", daxbroker);
	add_verbs("device_dax", daxbroker);
	tree_write(&bus.tree, "sys/bus/dax/drivers_autoprobe", "1");
	tree_mkdir(&bus.tree, "run");
	if (!types)
		tree_write_bytes(&bus.tree, "sys/kernel/btf/vmlinux",
				 "\0mmatch_always", 15);
}

/* Drivers of the three, in order. */
static const char *drivers(void)
{
	static char all[128];
	char *end = all;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		end += sprintf(end, "%s%s", i ? " " : "", driver_of(names[i]));
	return all;
}

static int bind(const char *device, const char *driver, const char *spared,
		struct act_failure *ret)
{
	struct plan plan = { .device = (char *)device,
			     .spared = (char *)spared };
	struct act_work work = { .root_fd = bus.tree.fd,
				 .plan = &plan,
				 .device = (char *)device };
	int r = driver_bind(&work, driver);

	*ret = work.failure;
	return r;
}

static void assert_nothing_left(const char *wanted)
{
	assert_string_equal(drivers(), wanted);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_false(strcmp(driver_of(names[i]), "none") == 0 &&
			     (is_listed(names[i], "device_dax") ||
			      is_listed(names[i], "kmem")));
	assert_false(root_exists(bus.tree.fd, "run/daxbroker/bystanders"));
}

struct cell {
	bool types;
	bool daxbroker;
	const char *device;
	const char *driver;
	const char *wanted;
};

static const struct cell cells[] = {
	{ true, false, "dax1.0", "kmem", "none kmem none" },
	{ true, true, "dax1.0", "kmem", "none kmem none" },
	{ false, false, "dax1.0", "kmem", "none kmem none" },
	{ true, false, "dax0.0", "kmem", "kmem none none" },
	{ true, false, "dax0.0", "device_dax", "device_dax none none" },
	{ true, true, "dax0.0", "device_dax", "device_dax none none" },
	{ false, false, "dax0.0", "device_dax", "device_dax none none" },
	{ true, false, "dax1.0", "device_dax", "none device_dax none" },
};

static void test_others_are_left_alone(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
		const struct cell *cell = &cells[i];
		struct act_failure failure;

		bus_open(cell->types, cell->daxbroker);
		if (bind(cell->device, cell->driver, NULL, &failure) < 0)
			fail_msg("cell %zu: %s", i,
				 act_failure_describe(&failure));
		assert_nothing_left(cell->wanted);
		tree_close(&bus.tree);
	}
}

/* A name that ends with the note may be the beginning of another device's. */
static void test_note_cut_off(void **state _unused_)
{
	struct act_failure failure;

	bus_open(true, false);
	assert_int_equal(bind("dax1.0", "device_dax", NULL, &failure), 0);
	tree_mkdir(&bus.tree, "run/daxbroker");
	tree_write(&bus.tree, "run/daxbroker/bystanders", "dax1.0");
	assert_int_equal(bystander_hold_recover(bus.tree.fd), 1);
	assert_nothing_left("none device_dax none");
	tree_write(&bus.tree, "run/daxbroker/bystanders", "dax1.0\n");
	assert_int_equal(bystander_hold_recover(bus.tree.fd), 1);
	assert_nothing_left("none none none");
	tree_close(&bus.tree);
}

/* What somebody else gives to device_dax, while others are held, is left so:
 * before it is held itself, when it is, and when all are let go. A number that
 * is cut off is none. */
static void test_bound_by_others(void **state _unused_)
{
	static const char *const writes[] = {
		"device_dax/bind dax0.0",
		"device_dax/bind dax2.0",
		"kmem/new_id dax1.0",
		"device_dax/remove_id dax0.0",
	};

	for (size_t i = 0; i < ARRAY_SIZE(writes); i++) {
		struct act_failure failure;

		bus_open(true, false);
		bus.other_at = writes[i];
		if (bind("dax1.0", "kmem", NULL, &failure) < 0)
			fail_msg("%s: %s", writes[i],
				 act_failure_describe(&failure));
		assert_null(bus.other_at);
		assert_nothing_left("none kmem device_dax");
		tree_close(&bus.tree);
	}
	bus_open(true, false);
	set_driver("dax2.0", "device_dax");
	tree_mkdir(&bus.tree, "run/daxbroker");
	tree_write(&bus.tree, "run/daxbroker/bystanders",
		   "dax1.0\ndax2.0\ndax1.0 7\ndax2.0 1");
	assert_int_equal(bystander_hold_recover(bus.tree.fd), 1);
	assert_nothing_left("none none none");
	tree_close(&bus.tree);
}

/* A device that nobody else has bound, and that device_dax does not take, is
 * not safe. */
static void test_not_held(void **state _unused_)
{
	struct act_failure failure;

	bus_open(true, false);
	bus.strike_at = 5; /* after bind and attach: bind, attach, bind */
	bus.error = EBUSY;
	assert_int_equal(bind("dax1.0", "kmem", NULL, &failure), -EBUSY);
	assert_int_equal(failure.cause, ACT_CAUSE_BYSTANDER);
	assert_string_equal(failure.device, "dax1.0");
	assert_nothing_left("none none none");
	tree_close(&bus.tree);
}

/* Where there is nothing to be taken, nothing is held. */
static void test_nothing_is_held_in_vain(void **state _unused_)
{
	struct act_failure failure;

	bus_open(false, false);
	assert_int_equal(bind("dax1.0", "kmem", "dax0.0", &failure), 0);
	assert_int_equal(bus.writes, 3); /* bind, attach, new_id */
	assert_nothing_left("none kmem none");
	tree_close(&bus.tree);

	bus_open(true, false);
	set_driver("dax0.0", "kmem");
	assert_int_equal(bind("dax1.0", "kmem", NULL, &failure), 0);
	assert_int_equal(bus.writes, 3);
	assert_nothing_left("kmem kmem none");
	tree_close(&bus.tree);
}

/* Another process binds it, and is killed at its @at'th write. False: it has no
 * such write. */
static bool cut_off(const struct cell *cell, unsigned int at, bool after)
{
	struct act_failure failure;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		bus.strike_at = at;
		bus.after = after;
		bind(cell->device, cell->driver, NULL, &failure);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status);
}

static void test_crashes(void **state _unused_)
{
	unsigned int n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(cells); i++)
		for (unsigned int at = 1, more = 1; more; at++)
			for (int after = 0; after < 2; after++, n++) {
				const struct cell *cell = &cells[i];
				struct act_failure failure;

				bus_open(cell->types, cell->daxbroker);
				more = cut_off(cell, at, after);
				assert_true(bystander_hold_recover(
						    bus.tree.fd) >= 0);
				assert_int_equal(bind(cell->device,
						      cell->driver, NULL,
						      &failure),
						 0);
				assert_nothing_left(cell->wanted);
				tree_close(&bus.tree);
			}
	print_message("figure: %u cells\n", n);
}

static void test_failures(void **state _unused_)
{
	const struct cell *cell = &cells[0];
	struct act_failure failure;
	unsigned int at = 0;
	int r;

	do {
		bus_open(cell->types, cell->daxbroker);
		bus.strike_at = ++at;
		bus.error = EIO;
		r = bind(cell->device, cell->driver, NULL, &failure);
		bystander_hold_recover(bus.tree.fd);
		assert_nothing_left(r == 0 ? cell->wanted
				    : strcmp(driver_of("dax1.0"), "none") == 0
					    ? "none none none"
					    : cell->wanted);
	} while (tree_close(&bus.tree), at < bus.writes);
}

static void test_spared(void **state _unused_)
{
	struct act_failure failure;

	bus_open(true, false);
	assert_int_equal(bind("dax1.0", "kmem", "dax9.0 dax0.0", &failure),
			 -ESTALE);
	assert_int_equal(failure.cause, ACT_CAUSE_SPARED);
	assert_string_equal(failure.device, "dax0.0");
	assert_string_equal(failure.name, "kmem");
	assert_nothing_left("none none none");
	tree_close(&bus.tree);

	/* That takes one device, and needs no exception. */
	bus_open(true, true);
	assert_int_equal(bind("dax1.0", "kmem", "dax0.0", &failure), 0);
	assert_nothing_left("none kmem none");
	tree_close(&bus.tree);
}

/* Loading a driver's module binds nothing; that it could not bind the device
 * without taking another is said before the device is touched. */
static void test_load(void **state _unused_)
{
	struct plan plan = { .device = (char *)"dax1.0",
			     .spared = (char *)"dax0.0" };
	struct act_work work = { .plan = &plan, .device = (char *)"dax1.0" };

	bus_open(true, false);
	work.root_fd = bus.tree.fd;
	assert_int_equal(driver_load(&work, "device_dax"), 0);
	assert_string_equal(drivers(), "none none none");
	assert_int_equal(driver_load(&work, "kmem"), -ESTALE);
	assert_int_equal(work.failure.cause, ACT_CAUSE_SPARED);
	assert_string_equal(drivers(), "none none none");
	tree_close(&bus.tree);
}

static void test_names(void **state _unused_)
{
	const struct plan plan = { .spared = (char *)"dax10.0 dax1.01 dax2.0" };

	assert_false(bystander_is_spared(&plan, "dax1.0"));
	assert_false(bystander_is_spared(&plan, "dax0.0"));
	assert_true(bystander_is_spared(&plan, "dax10.0"));
	assert_true(bystander_is_spared(&plan, "dax1.01"));
	assert_true(bystander_is_spared(&plan, "dax2.0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_others_are_left_alone),
		cmocka_unit_test(test_note_cut_off),
		cmocka_unit_test(test_bound_by_others),
		cmocka_unit_test(test_not_held),
		cmocka_unit_test(test_nothing_is_held_in_vain),
		cmocka_unit_test(test_crashes),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_spared),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
