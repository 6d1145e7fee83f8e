// SPDX-License-Identifier: GPL-2.0-or-later
/* Leases whose client may open the device by a path. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/names.h"
#include "lease-client.h"

static void ask(struct client *client, uid_t uid, uint64_t size)
{
	lease_client_ask_with(client, size,
			      (struct lease_request){ .uid = uid,
						      .node = -1,
						      .path = true,
						      .revocable = true });
}

static void get(struct client *client, uid_t uid, uint64_t size)
{
	ask(client, uid, size);
	world_finish(&world);
	lease_client_has(client);
}

static void make_world(size_t n, const char *policy)
{
	world.counts_users = true;
	lease_client_world(n, policy);
	for (size_t i = 0; i < world.n_devices; i++)
		world.devices[i].minor = 10 + (unsigned int)i;
}

static const struct lease *lease_of(const struct client *client)
{
	return lease_desk_find(broker_lease_desk(world.broker), client->id);
}

static void copy_path(const char *name, const char *value, bool number _unused_,
		      void *userdata)
{
	if (strcmp(name, "path") == 0)
		snprintf(userdata, 64, "%s", value);
}

/* What its object says, and who may open what. */
static void expect_path(const struct client *client, unsigned int minor)
{
	const struct fake_path *path = fake_path(&world.fake, client->id);
	char said[64] = "", wanted[64];

	assert_non_null(path);
	assert_int_equal(path->uid, client->uid);
	assert_int_equal(path->minor, minor);
	snprintf(wanted, sizeof(wanted), "/dev/daxbroker/leases/%016llx",
		 (unsigned long long)client->id);
	lease_facts(lease_of(client), copy_path, said);
	assert_string_equal(said, wanted);
}

static void expect_no_path(const struct client *client)
{
	const struct lease *lease = lease_of(client);
	char said[64] = "";

	assert_null(fake_path(&world.fake, client->id));
	if (lease)
		lease_facts(lease, copy_path, said);
	assert_string_equal(said, "");
}

static void leave(const struct client *client)
{
	if (client->lease_fd >= 0)
		close(client->lease_fd);
}

static void test_given(void **state _unused_)
{
	struct client a, b;

	make_world(2, POOL_FILE(""));
	get(&a, 1000, GRANULE);
	lease_client_get(&b, 1001, GRANULE);
	assert_true(a.by_path);
	assert_false(b.by_path);
	expect_path(&a, world_device(&world, a.device)->minor);
	expect_no_path(&b);
	leave(&a);
	leave(&b);
}

/* Its former client cannot open it when the job asks for users. */
static void test_taken_first(void **state _unused_)
{
	struct client a;

	make_world(1, POOL_FILE(""));
	get(&a, 1000, GRANULE);
	lease_client_leave(&a);
	lease_client_expect(&a, "draining");
	world_expect_jobs(&world, a.device);
	expect_no_path(&a);
	world_finish(&world);
	lease_client_expect(&a, "gone");
}

/* As long as it is the client's, no job begins. */
static void test_cannot_be_taken(void **state _unused_)
{
	struct client a;

	make_world(1, POOL_FILE(""));
	get(&a, 1000, GRANULE);
	world.fake.path_error = -EIO;
	lease_client_leave(&a);
	world_event(&world, BROKER_EVENT_OTHER, a.device);
	world_expect_jobs(&world, "");
	lease_client_expect(&a, "active");
	world.fake.path_error = 0;
	fake_advance(&world.fake, 10 * SECOND);
	expect_no_path(&a);
	lease_client_expect(&a, "draining");
	world_finish(&world);
	lease_client_expect(&a, "gone");
}

/* Its client has left, and that cannot be written: it is no path's. */
static void test_end_cannot_be_written(void **state _unused_)
{
	struct client a;

	make_world(1, POOL_FILE(""));
	get(&a, 1000, GRANULE);
	lease_client_fill_disk(true);
	lease_client_leave(&a);
	expect_no_path(&a);
	world_event(&world, BROKER_EVENT_OTHER, a.device);
	expect_no_path(&a);
	lease_client_fill_disk(false);
	fake_advance(&world.fake, 10 * SECOND);
	world_finish(&world);
	lease_client_expect(&a, "gone");
}

static void test_wanted_back(void **state _unused_)
{
	struct client a;

	make_world(1, POOL_FILE(""));
	get(&a, 1000, GRANULE);
	lease_desk_reclaim(broker_lease_desk(world.broker), a.id, SECOND);
	expect_path(&a, world_device(&world, a.device)->minor);
	fake_advance(&world.fake, 2 * SECOND);
	lease_client_expect(&a, "releasing");
	expect_no_path(&a);
	world_finish(&world);
	lease_client_expect(&a, "gone");
	leave(&a);
}

static void test_driver(void **state _unused_)
{
	struct client a;

	lease_client_world(1, POOL_FILE(""));
	ask(&a, 1000, GRANULE);
	world_expect_jobs(&world, "");
	lease_client_was_refused(&a, -EOPNOTSUPP, "own module device_dax");
	expect_no_path(&a);
}

/* An older one of daxbroker's. Which it is, only a device shows. */
static void test_old_driver(void **state _unused_)
{
	struct client a;

	world.checks_once = true;
	make_world(1, POOL_FILE(""));
	ask(&a, 1000, GRANULE);
	world_finish(&world);
	lease_client_was_refused(&a, -EOPNOTSUPP, "own module device_dax");
	lease_client_expect(&a, "gone");
	assert_null(fake_path(&world.fake, a.request));
	assert_string_equal(world_device(&world, "dax0.0")->driver,
			    DRIVER_KMEM);
}

static void test_cannot_be_made(void **state _unused_)
{
	struct client a;

	make_world(1, POOL_FILE(""));
	ask(&a, 1000, GRANULE);
	world.fake.path_error = -EROFS;
	world_done(&world, "dax0.0");
	lease_client_was_refused(&a, -EBUSY, "Read-only");
	assert_null(fake_path(&world.fake, a.request));
	lease_client_expect(&a, "gone");
	world_finish(&world);
	assert_string_equal(world_device(&world, "dax0.0")->driver,
			    DRIVER_KMEM);
}

/* Somebody has it open who should not: it is not handed over. */
static void test_somebody_else(void **state _unused_)
{
	struct client a;

	make_world(1, POOL_FILE(""));
	ask(&a, 1000, GRANULE);
	world.fake.open_error = -EBUSY;
	world_finish(&world);
	lease_client_was_refused(&a, -EBUSY, "cannot be handed over");
	assert_null(fake_path(&world.fake, a.request));
}

static void note_path(const struct lease *lease, bool gone _unused_,
		      void *userdata)
{
	*(bool *)userdata = lease->has_path;
}

/* Whatever has the device's former number may be another lease's. */
static void test_number(void **state _unused_)
{
	bool heard = false;
	const struct broker_watcher watcher = { .lease = note_path,
						.userdata = &heard };
	struct world_device *device;
	struct client a;

	make_world(1, POOL_FILE(""));
	assert_int_equal(broker_watch(world.broker, &watcher), 0);
	get(&a, 1000, GRANULE);
	assert_true(heard);
	device = world_device(&world, a.device);
	device->minor = 99;
	world_event(&world, BROKER_EVENT_OTHER, a.device);
	expect_path(&a, 99);
	device->driver = NULL;
	world_event(&world, BROKER_EVENT_OTHER, a.device);
	expect_no_path(&a);
	assert_false(heard);
	world_finish(&world);
	expect_path(&a, 99);
	assert_true(heard);
	device->driver = DRIVER_KMEM;
	world_event(&world, BROKER_EVENT_OTHER, a.device);
	expect_no_path(&a);
	world_finish(&world);
	lease_client_expect(&a, "active");
	expect_path(&a, 99);
	leave(&a);
}

static void test_destroyed(void **state _unused_)
{
	struct client a;

	make_world(1, POOL_FILE(""));
	get(&a, 1000, GRANULE);
	world_device(&world, a.device)->gone = true;
	world_event(&world, BROKER_EVENT_REMOVE, a.device);
	expect_no_path(&a);
	leave(&a);
}

static void test_restart(void **state _unused_)
{
	struct client a;

	make_world(2, POOL_FILE(""));
	get(&a, 1000, GRANULE);
	lease_client_restart();
	lease_client_expect(&a, "active");
	expect_path(&a, world_device(&world, a.device)->minor);
	/* Who makes sure of that is the next pass. */
	world_kill(&world);
	fake_path(&world.fake, a.id)->uid = 0;
	world_start(&world);
	expect_path(&a, world_device(&world, a.device)->minor);
	lease_client_leave(&a);
	expect_no_path(&a);
	world_finish(&world);
	lease_client_expect(&a, "gone");
}

static void test_restart_left(void **state _unused_)
{
	struct client a;

	make_world(2, POOL_FILE(""));
	get(&a, 1000, GRANULE);
	world_kill(&world);
	close(a.lease_fd);
	world_start(&world);
	fake_advance(&world.fake, 0);
	lease_client_expect(&a, "draining");
	expect_no_path(&a);
	world_finish(&world);
}

static void test_reserve(void **state _unused_)
{
	struct client a;

	make_world(2, POOL_FILE("Reserve=256M\n"));
	world_finish(&world);
	ask(&a, 1000, GRANULE);
	lease_client_has(&a);
	assert_int_equal(a.request, 0);
	expect_path(&a, world_device(&world, a.device)->minor);
	lease_client_leave(&a);
	expect_no_path(&a);
	world_finish(&world);
}

/* It has its node already, and then that cannot be written. */
static void test_cannot_be_given(void **state _unused_)
{
	struct client a;

	make_world(2, POOL_FILE("Reserve=256M\n"));
	world_finish(&world);
	lease_client_fill_disk(true);
	ask(&a, 1000, GRANULE);
	lease_client_was_refused(&a, -EBUSY, "cannot be written");
	for (size_t i = 0; i < FAKE_PATHS_MAX; i++)
		assert_int_equal(world.fake.paths[i].id, 0);
	lease_client_fill_disk(false);
	fake_advance(&world.fake, 60 * SECOND);
	world_finish(&world);
}

int broker_lease_path_run(void)
{
	const struct CMUnitTest tests[] = {
		broker_test(test_given),
		broker_test(test_taken_first),
		broker_test(test_cannot_be_taken),
		broker_test(test_end_cannot_be_written),
		broker_test(test_wanted_back),
		broker_test(test_driver),
		broker_test(test_old_driver),
		broker_test(test_cannot_be_made),
		broker_test(test_somebody_else),
		broker_test(test_number),
		broker_test(test_destroyed),
		broker_test(test_restart),
		broker_test(test_restart_left),
		broker_test(test_reserve),
		broker_test(test_cannot_be_given),
	};

	return cmocka_run_group_tests_name("leases-path", tests, NULL, NULL);
}
