// SPDX-License-Identifier: GPL-2.0-or-later
/* Leases end, are wanted back, and outlive the daemon. */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/clock.h"
#include "basic/names.h"
#include "lease-client.h"

static void leave(struct client *client)
{
	if (client->lease_fd >= 0)
		close(client->lease_fd);
}

static enum policy_grant_state state_on_disk(enum policy_clear *ret_clear)
{
	struct policy_grants grants = lease_client_grants();
	enum policy_grant_state state = POLICY_GRANT_STATES;

	if (grants.n > 0) {
		state = grants.items[0].state;
		*ret_clear = grants.items[0].clear;
	}
	policy_grants_clear(&grants);
	return state;
}

static void expect_grant(enum policy_grant_state state, enum policy_clear clear)
{
	enum policy_clear found = POLICY_CLEAR_NO;

	assert_int_equal(state_on_disk(&found), state);
	assert_int_equal(found, clear);
}

static void test_hang_up(void **state _unused_)
{
	struct client a;

	lease_client_world(2, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	lease_client_leave(&a);
	lease_client_expect(&a, "draining");
	expect_grant(POLICY_GRANT_DRAINING, POLICY_CLEAR_ZERO);
	world_finish(&world);
	lease_client_expect(&a, "gone");
	assert_null(world.fake.watches);
	/* It is what it was. */
	assert_string_equal(world_device(&world, "dax0.0")->driver,
			    DRIVER_KMEM);
	assert_string_equal(world_device(&world, "dax0.1")->driver,
			    DRIVER_KMEM);
	fake_advance(&world.fake, 600 * SECOND);
	world_expect_jobs(&world, "");
}

/* Any copy of the descriptor will do. */
static void test_copies(void **state _unused_)
{
	struct client a;
	int copy;

	lease_client_world(1, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	copy = dup(a.lease_fd);
	assert_int_equal(write(copy, "x", 1), 1);
	lease_client_leave(&a);
	lease_client_expect(&a, "active");
	close(copy);
	fake_poll(&world.fake);
	lease_client_expect(&a, "draining");
	fake_advance(&world.fake, 0);
	world_finish(&world);
}

static void test_released(void **state _unused_)
{
	struct lease_desk *desk;
	struct client a;

	lease_client_world(1, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	desk = broker_lease_desk(world.broker);
	assert_int_equal(lease_desk_release(desk, a.id + 1), -ENOENT);
	assert_int_equal(lease_desk_release(desk, a.id), 0);
	assert_int_equal(lease_desk_release(desk, a.id), -ENOENT);
	fake_advance(&world.fake, 0);
	world_finish(&world);
	lease_client_expect(&a, "gone");
	leave(&a);
}

/* As long as somebody uses the device it is nobody else's. */
static void test_holder(void **state _unused_)
{
	struct client a, b;
	const struct lease *lease;

	lease_client_world(1, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	lease_client_leave(&a);
	lease_client_ask(&b, 1001, GRANULE, FOR_EVER);
	lease_client_busy(a.device, 812);
	lease_client_expect(&a, "draining");
	lease = lease_desk_find(broker_lease_desk(world.broker), a.id);
	assert_int_equal(lease->holder.pid, 812);
	assert_string_equal(lease->holder.kind, "mapped");
	assert_int_equal(b.answers, 0);
	world_expect_jobs(&world, "");
	/* With pauses that grow. */
	fake_advance(&world.fake, 2 * SECOND);
	lease_client_busy(a.device, 812);
	fake_advance(&world.fake, 3 * SECOND);
	world_expect_jobs(&world, "");
	fake_advance(&world.fake, 1 * SECOND);
	world_finish(&world);
	lease_client_expect(&a, "gone");
	lease_client_has(&b);
	leave(&b);
}

/* daxbroker's driver reports when the last user goes: nothing is tried by the
 * clock, unless that was before the pass. */
static void test_drained(void **state _unused_)
{
	struct world_device *device;
	struct client a;

	lease_client_world(1, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	device = world_device(&world, a.device);
	lease_client_leave(&a);
	device->drain = "draining";
	lease_client_busy(a.device, 812);
	fake_advance(&world.fake, 600 * SECOND);
	world_expect_jobs(&world, "");
	world_event(&world, BROKER_EVENT_OTHER, a.device);
	world_expect_jobs(&world, a.device);
	device->drain = "drained";
	lease_client_busy(a.device, 812);
	world_expect_jobs(&world, "");
	fake_advance(&world.fake, 3 * SECOND);
	world_expect_jobs(&world, a.device);
	device->drain = NULL;
	world_finish(&world);
	lease_client_expect(&a, "gone");
}

/* Somebody destroys the device of a lease that has ended. */
static void test_device_destroyed(void **state _unused_)
{
	struct client a;

	lease_client_world(2, POOL_FILE("Idle=free\n"));
	world_finish(&world);
	lease_client_get(&a, 1000, GRANULE);
	lease_client_leave(&a);
	lease_client_busy(a.device, 812);
	world_device(&world, a.device)->range = (struct phys_range){ 1, 0 };
	world_device(&world, a.device)->driver = NULL;
	world_event(&world, BROKER_EVENT_OTHER, a.device);
	world_finish(&world);
	fake_advance(&world.fake, 600 * SECOND);
	world_finish(&world);
	lease_client_expect(&a, "gone");
}

static void test_end_cannot_be_written(void **state _unused_)
{
	struct client a;

	lease_client_world(1, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	lease_client_fill_disk(true);
	lease_client_leave(&a);
	lease_client_expect(&a, "active");
	world_expect_jobs(&world, "");
	lease_client_fill_disk(false);
	fake_advance(&world.fake, 2 * SECOND);
	lease_client_expect(&a, "draining");
	world_finish(&world);
	lease_client_expect(&a, "gone");
}

static void test_restart_making(void **state _unused_)
{
	unsigned int surveys;
	struct client a;

	lease_client_world(2, POOL_FILE(""));
	lease_client_ask(&a, 1000, 2 * GRANULE, FOR_EVER);
	world_carry_out(&world, "dax0.0");
	surveys = world.surveys;
	lease_client_restart();
	/* No pass while jobs run. */
	assert_int_equal(fake_running(&world.fake), 1);
	assert_int_equal(world.surveys, surveys + 1);
	assert_int_equal(a.answers, 0);
	lease_client_expect(&a, "gone");
	world_finish(&world);
	expect_grant(POLICY_GRANT_STATES, POLICY_CLEAR_NO);
	/* The first device has no memory any more. */
	assert_string_equal(world_device(&world, "dax0.1")->driver,
			    DRIVER_KMEM);
}

static void test_restart_active(void **state _unused_)
{
	struct client a;

	lease_client_world(2, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	lease_client_restart();
	world_expect_jobs(&world, "");
	lease_client_expect(&a, "active");
	lease_client_leave(&a);
	lease_client_expect(&a, "draining");
	world_finish(&world);
	lease_client_expect(&a, "gone");
}

/* Its client left while there was no daemon. */
static void test_restart_left(void **state _unused_)
{
	struct client a;

	lease_client_world(2, POOL_FILE("Scrub=acquire\n"));
	lease_client_get(&a, 1000, GRANULE);
	world_kill(&world);
	close(a.lease_fd);
	world_start(&world);
	fake_advance(&world.fake, 0);
	lease_client_expect(&a, "draining");
	expect_grant(POLICY_GRANT_DRAINING, POLICY_CLEAR_VACATE);
	world_finish(&world);
	lease_client_expect(&a, "gone");
}

static void test_restart_without_fifo(void **state _unused_)
{
	char path[256];
	struct client a;

	lease_client_world(1, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	world_kill(&world);
	snprintf(path, sizeof(path), "%s" RUN_DIR "/" RUN_LEASES "/%016" PRIx64,
		 world.root.path, a.id);
	assert_int_equal(unlink(path), 0);
	world_start(&world);
	fake_advance(&world.fake, 0);
	lease_client_expect(&a, "draining");
	world_finish(&world);
	leave(&a);
}

/* The file of grants makes no sense until somebody puts it right. */
static void test_restart_with_nonsense(void **state _unused_)
{
	_cleanup_free_ char *text = NULL;
	char path[256];
	struct client a;

	lease_client_world(2, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	snprintf(path, sizeof(path), "%s" RUN_DIR "/" POLICY_GRANTS,
		 world.root.path);
	text = slurp(path);
	world_kill(&world);
	tree_text(&world.root, POLICY_DIR_RUN "/" POLICY_GRANTS, "nonsense");
	world_start(&world);
	world_expect_jobs(&world, "");
	tree_text(&world.root, POLICY_DIR_RUN "/" POLICY_GRANTS, text);
	world_reload(&world);
	world_expect_jobs(&world, "");
	lease_client_expect(&a, "active");
	lease_client_leave(&a);
	world_finish(&world);
	lease_client_expect(&a, "gone");
}

static void test_restart_draining(void **state _unused_)
{
	struct client a;

	lease_client_world(1, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	lease_client_leave(&a);
	lease_client_restart();
	lease_client_expect(&a, "draining");
	world_expect_jobs(&world, a.device);
	world_finish(&world);
	lease_client_expect(&a, "gone");
}

/* A reload changes nothing about leases. */
static void test_reload(void **state _unused_)
{
	struct client a, b;

	lease_client_world(2, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	lease_client_ask(&b, 1001, 2 * GRANULE, FOR_EVER);
	world_policy(&world, "a.region", POOL_FILE("Scrub=acquire\n"));
	world_reload(&world);
	world_expect_jobs(&world, "");
	lease_client_expect(&a, "active");
	lease_client_expect(&b, "waiting");
	lease_client_leave(&a);
	expect_grant(POLICY_GRANT_DRAINING, POLICY_CLEAR_VACATE);
	world_finish(&world);
	lease_client_has(&b);
	leave(&b);
}

/* The pool is gone: who has memory of it keeps it until the end. */
static void test_pool_gone(void **state _unused_)
{
	struct client a;

	lease_client_world(2, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	world_policy(&world, "a.region", TO_RAM);
	world_reload(&world);
	world_finish(&world);
	lease_client_expect(&a, "active");
	assert_string_equal(world_device(&world, a.device)->driver,
			    DRIVER_DEVICE_DAX);
	lease_client_leave(&a);
	world_finish(&world);
	lease_client_expect(&a, "gone");
	assert_string_equal(world_device(&world, a.device)->driver,
			    DRIVER_KMEM);
}

static void get_revocable(struct client *client, uint64_t size, uid_t uid)
{
	lease_client_ask_with(client, size,
			      (struct lease_request){ .uid = uid,
						      .node = -1,
						      .revocable = true });
	world_finish(&world);
	lease_client_has(client);
}

static void test_reclaimed(void **state _unused_)
{
	struct lease_desk *desk;
	struct client a, b, c;

	world.counts_users = true;
	lease_client_world(2, POOL_FILE(""));
	get_revocable(&a, GRANULE, 1000);
	lease_client_get(&b, 1001, GRANULE);
	desk = broker_lease_desk(world.broker);
	assert_int_equal(lease_desk_reclaim(desk, b.id, SECOND), -EOPNOTSUPP);
	assert_int_equal(lease_desk_reclaim(desk, a.id, 10 * SECOND), 0);
	assert_true(lease_desk_find(desk, a.id)->grant.deadline > 0);
	/* A later one does not take its place. */
	assert_int_equal(lease_desk_reclaim(desk, a.id, 100 * SECOND), 0);
	lease_client_ask(&c, 1002, GRANULE, 5 * SECOND);
	fake_advance(&world.fake, 9 * SECOND);
	lease_client_was_refused(&c, -ETIMEDOUT, "cannot be had");
	lease_client_expect(&a, "active");
	world_expect_jobs(&world, "");
	fake_advance(&world.fake, 2 * SECOND);
	lease_client_expect(&a, "releasing");
	expect_grant(POLICY_GRANT_RELEASING, POLICY_CLEAR_TAKE);
	world_finish(&world);
	lease_client_expect(&a, "gone");
	lease_client_expect(&b, "active");
	leave(&a);
	leave(&b);
}

static void test_reclaim_survives(void **state _unused_)
{
	struct client a;

	world.counts_users = true;
	lease_client_world(1, POOL_FILE(""));
	get_revocable(&a, GRANULE, 1000);
	lease_desk_reclaim(broker_lease_desk(world.broker), a.id, 10 * SECOND);
	fake_advance(&world.fake, 5 * SECOND);
	lease_client_restart();
	lease_client_expect(&a, "active");
	fake_advance(&world.fake, 6 * SECOND);
	lease_client_expect(&a, "releasing");
	lease_client_restart();
	lease_client_expect(&a, "releasing");
	world_finish(&world);
	lease_client_expect(&a, "gone");
	leave(&a);
}

/* What the in-tree driver takes from somebody he has again with the next
 * binding, together with the next tenant. */
static void test_kept(void **state _unused_)
{
	struct lease_desk *desk;
	struct client a;

	lease_client_world(1, POOL_FILE(""));
	get_revocable(&a, GRANULE, 1000);
	desk = broker_lease_desk(world.broker);
	assert_int_equal(lease_desk_reclaim(desk, a.id, SECOND), 0);
	fake_advance(&world.fake, 2 * SECOND);
	lease_client_expect(&a, "active");
	assert_int_equal(lease_desk_find(desk, a.id)->grant.deadline, 0);
	expect_grant(POLICY_GRANT_ACTIVE, POLICY_CLEAR_NO);
	world_expect_jobs(&world, "");
	lease_client_leave(&a);
	world_finish(&world);
	lease_client_expect(&a, "gone");
}

/* Who waits has the youngest asked that would do. */
static void test_reclaimed_for_another(void **state _unused_)
{
	struct client a, b, c;
	struct lease_desk *desk;

	world.counts_users = true;
	lease_client_world(2, POOL_FILE(""));
	get_revocable(&a, GRANULE, 1000);
	get_revocable(&b, GRANULE, 1001);
	desk = broker_lease_desk(world.broker);
	lease_client_ask(&c, 1002, GRANULE, 0);
	lease_client_was_refused(&c, -EBUSY, "of user 1000");
	assert_int_equal(lease_desk_find(desk, b.id)->grant.deadline, 0);
	lease_client_ask(&c, 1002, GRANULE, FOR_EVER);
	assert_int_equal(lease_desk_find(desk, a.id)->grant.deadline, 0);
	assert_true(lease_desk_find(desk, b.id)->grant.deadline > 0);
	fake_advance(&world.fake, 31 * SECOND);
	world_finish(&world);
	lease_client_expect(&b, "gone");
	lease_client_expect(&a, "active");
	lease_client_has(&c);
	leave(&a);
	leave(&b);
	leave(&c);
}

/* One that would be no help is not asked. */
static void test_reclaimed_as_needed(void **state _unused_)
{
	struct client a, b, c, d;
	struct lease_desk *desk;

	lease_client_world(4, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	get_revocable(&b, 2 * GRANULE, 1001);
	get_revocable(&c, GRANULE, 1002);
	desk = broker_lease_desk(world.broker);
	lease_client_ask(&d, 1003, 2 * GRANULE, FOR_EVER);
	assert_true(lease_desk_find(desk, b.id)->grant.deadline > 0);
	assert_int_equal(lease_desk_find(desk, c.id)->grant.deadline, 0);
	lease_client_leave(&b);
	world_finish(&world);
	lease_client_has(&d);
	leave(&a);
	leave(&c);
	leave(&d);
}

/* It was system RAM for a while, as far as anybody knows. */
static void test_undone(void **state _unused_)
{
	struct policy_grants grants;
	struct client a, b;

	lease_client_world(1, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	lease_client_leave(&a);
	world_carry_out(&world, "dax0.0");
	grants = lease_client_grants();
	assert_int_equal(grants.n + grants.n_remnants, 0);
	policy_grants_clear(&grants);
	world_end(&world, "dax0.0", ACT_UNDONE, EIO);
	lease_client_ask(&b, 1001, GRANULE, 0);
	grants = lease_client_grants();
	assert_int_equal(grants.items[0].clear, POLICY_CLEAR_ZERO);
	policy_grants_clear(&grants);
	world_finish(&world);
	lease_client_has(&b);
	leave(&b);
}

static void test_poison(void **state _unused_)
{
	const struct lease *lease;
	struct client a;

	lease_client_world(1, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	lease = lease_desk_find(broker_lease_desk(world.broker), a.id);
	world_event(&world, BROKER_EVENT_OTHER, a.device);
	assert_string_equal(lease->grant.incarnation, a.incarnation);
	lease_desk_poisoned(broker_lease_desk(world.broker), a.device,
			    lease->grant.ranges[0].start + 8191);
	assert_string_not_equal(lease->grant.incarnation, a.incarnation);
	leave(&a);
}

/* Nobody else gets memory that has failed, and others get what is left. */
static void test_poison_stays(void **state _unused_)
{
	struct client a, b, c;

	world.counts_users = true;
	lease_client_world(2, POOL_FILE("Scrub=acquire\nMaxPerUser=256M\n"));
	lease_client_get(&a, 1000, GRANULE);
	world_device(&world, a.device)->poisoned = 1;
	world_event(&world, BROKER_EVENT_OTHER, a.device);
	lease_client_expect(&a, "active");
	lease_client_leave(&a);
	lease_client_expect(&a, "draining");
	world_expect_jobs(&world, "");
	fake_advance(&world.fake, 600 * SECOND);
	world_expect_jobs(&world, "");
	world_expect(&world, a.device, RECORD_REFUSED);
	lease_client_ask(&b, 0, 2 * GRANULE, 0);
	lease_client_was_refused(&b, -EBUSY, "memory of it has failed");
	lease_client_get(&c, 1000, GRANULE);
	/* It is repaired. */
	world_device(&world, a.device)->poisoned = 0;
	world_event(&world, BROKER_EVENT_OTHER, a.device);
	world_expect_jobs(&world, a.device);
	world_finish(&world);
	lease_client_expect(&a, "gone");
	leave(&c);
}

/* The kernel's driver counts nothing: who clears it finds it. */
static void test_poison_found(void **state _unused_)
{
	const struct act_result failed = {
		.outcome = ACT_UNDONE,
		.failure = { .cause = ACT_CAUSE_POISON, .error = EIO },
	};
	const struct lease *lease;
	struct client a;

	lease_client_world(1, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	lease_client_leave(&a);
	fake_end(&world.fake, a.device, &failed);
	fake_advance(&world.fake, 0);
	lease_client_expect(&a, "draining");
	lease = lease_desk_find(broker_lease_desk(world.broker), a.id);
	assert_string_equal(lease->holder.kind, "poisoned");
	/* It may have been repaired. */
	fake_advance(&world.fake, 2 * SECOND);
	world_finish(&world);
	lease_client_expect(&a, "gone");
}

int broker_lease_end_run(void)
{
	const struct CMUnitTest tests[] = {
		broker_test(test_hang_up),
		broker_test(test_copies),
		broker_test(test_released),
		broker_test(test_holder),
		broker_test(test_drained),
		broker_test(test_device_destroyed),
		broker_test(test_end_cannot_be_written),
		broker_test(test_restart_making),
		broker_test(test_restart_active),
		broker_test(test_restart_left),
		broker_test(test_restart_without_fifo),
		broker_test(test_restart_with_nonsense),
		broker_test(test_restart_draining),
		broker_test(test_reload),
		broker_test(test_pool_gone),
		broker_test(test_reclaimed),
		broker_test(test_reclaim_survives),
		broker_test(test_kept),
		broker_test(test_reclaimed_for_another),
		broker_test(test_reclaimed_as_needed),
		broker_test(test_undone),
		broker_test(test_poison),
		broker_test(test_poison_stays),
		broker_test(test_poison_found),
	};

	return cmocka_run_group_tests_name("leases-end", tests, NULL, NULL);
}
