// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs ask for memory of a pool, and get it. */
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

static void leave(struct client *client)
{
	if (client->lease_fd >= 0)
		close(client->lease_fd);
}

static void test_from_ram(void **state _unused_)
{
	struct policy_grants grants;
	struct client a;

	lease_client_world(4, POOL_FILE(""));
	world_expect_jobs(&world, "");
	lease_client_ask(&a, 1000, 512 * MIB, 0);
	lease_client_expect(&a, "waiting");
	/* It is on disk before anything is done for it. */
	grants = lease_client_grants();
	assert_int_equal(grants.n, 1);
	assert_int_equal(grants.items[0].state, POLICY_GRANT_MAKING);
	assert_int_equal(grants.items[0].clear, POLICY_CLEAR_ZERO);
	assert_int_equal(grants.items[0].n_ranges, 1);
	assert_int_equal(phys_range_size(grants.items[0].ranges[0]), 512 * MIB);
	policy_grants_clear(&grants);
	world_expect_jobs(&world, "dax0.0");
	world_carry_out(&world, "dax0.0");
	assert_int_equal(a.answers, 0);
	world_finish(&world);
	lease_client_has(&a);
	assert_int_equal(a.id, a.request);
	lease_client_expect(&a, "active");
	assert_string_equal(world_device(&world, a.device)->driver,
			    DRIVER_DEVICE_DAX);
	grants = lease_client_grants();
	assert_int_equal(grants.items[0].state, POLICY_GRANT_ACTIVE);
	assert_int_equal(grants.items[0].clear, POLICY_CLEAR_NO);
	assert_string_equal(grants.items[0].incarnation, a.incarnation);
	policy_grants_clear(&grants);
	lease_client_leave(&a);
	world_finish(&world);
	/* Its memory is everybody's again, and not zero any more. */
	lease_client_ask(&a, 1000, 512 * MIB, 0);
	grants = lease_client_grants();
	assert_int_equal(grants.n_remnants, 0);
	assert_int_equal(grants.items[0].clear, POLICY_CLEAR_ZERO);
	policy_grants_clear(&grants);
	world_finish(&world);
	leave(&a);
}

/* What is free goes first, and what is left after a lease is free. */
static void test_from_free(void **state _unused_)
{
	struct client a, b;
	struct policy_grants grants;

	lease_client_world(4, POOL_FILE("Idle=free\n"));
	world_finish(&world);
	lease_client_get(&a, 1000, 512 * MIB);
	lease_client_leave(&a);
	world_finish(&world);
	lease_client_expect(&a, "gone");
	grants = lease_client_grants();
	assert_int_equal(grants.n, 0);
	assert_int_equal(grants.n_remnants, 1);
	assert_int_equal(grants.remnants[0].uid, (uid_t)-1);
	policy_grants_clear(&grants);
	/* It was cleared at the end, so that needs no time now. */
	lease_client_ask(&b, 1001, 512 * MIB, 0);
	grants = lease_client_grants();
	assert_int_equal(grants.items[0].clear, POLICY_CLEAR_NO);
	policy_grants_clear(&grants);
	world_finish(&world);
	lease_client_has(&b);
	assert_string_not_equal(a.incarnation, b.incarnation);
	leave(&b);
}

/* Who has left its bytes gets them back; others get zeros. */
static void test_own_bytes(void **state _unused_)
{
	struct client a, b, c;
	struct policy_grants grants;

	lease_client_world(2, POOL_FILE("Idle=free\nScrub=no\n"));
	world_finish(&world);
	lease_client_get(&a, 1000, 512 * MIB);
	lease_client_leave(&a);
	grants = lease_client_grants();
	assert_int_equal(grants.items[0].clear, POLICY_CLEAR_VACATE);
	policy_grants_clear(&grants);
	world_finish(&world);
	lease_client_get(&b, 1000, 512 * MIB);
	assert_string_equal(a.incarnation, b.incarnation);
	lease_client_leave(&b);
	world_finish(&world);
	lease_client_ask_with(&c, 512 * MIB,
			      (struct lease_request){
				      .uid = 1000, .node = -1, .zero = true });
	grants = lease_client_grants();
	assert_int_equal(grants.items[0].clear, POLICY_CLEAR_ZERO);
	policy_grants_clear(&grants);
	world_finish(&world);
	lease_client_has(&c);
	assert_string_not_equal(a.incarnation, c.incarnation);
	lease_client_leave(&c);
	world_finish(&world);
	lease_client_ask(&a, 1001, 512 * MIB, 0);
	grants = lease_client_grants();
	assert_int_equal(grants.items[0].clear, POLICY_CLEAR_ZERO);
	policy_grants_clear(&grants);
	world_finish(&world);
	lease_client_has(&a);
	leave(&a);
}

/* A region that cannot be cut is leased as a whole. Nothing but its device says
 * where it is. */
static void test_static(void **state _unused_)
{
	struct policy_grants grants;
	struct client a, b;

	world_add_region(&world, 1);
	world.regions[0].dynamic = false;
	world.regions[0].start = 0;
	world_device(&world, "dax0.0")->driver = DRIVER_DEVICE_DAX;
	world_policy(&world, "a.region", POOL_FILE("Idle=free\nScrub=no\n"));
	world_start(&world);
	lease_client_ask(&a, 1000, 2 * GRANULE, 0);
	lease_client_was_refused(&a, -EBUSY,
				 "largest lease that could is 256M");
	lease_client_get(&a, 1000, MIB);
	assert_string_equal(a.device, "dax0.0");
	grants = lease_client_grants();
	assert_int_equal(phys_range_size(grants.items[0].ranges[0]), GRANULE);
	policy_grants_clear(&grants);
	lease_client_ask(&b, 1001, MIB, 0);
	lease_client_was_refused(&b, -EBUSY, "of user 1000");
	lease_client_leave(&a);
	world_finish(&world);
	/* Its bytes are still there. */
	lease_client_ask(&b, 1000, MIB, 0);
	world_expect_jobs(&world, "");
	lease_client_has(&b);
	assert_string_equal(a.incarnation, b.incarnation);
	leave(&b);
}

/* A granule that would not go is passed over. */
static void test_passed_over(void **state _unused_)
{
	struct client a;
	struct policy_grants grants;

	lease_client_world(3, POOL_FILE(""));
	lease_client_ask(&a, 1000, GRANULE, 0);
	lease_client_stuck_block("dax0.0", 32);
	grants = lease_client_grants();
	assert_int_equal(grants.n, 1);
	assert_int_equal(grants.items[0].ranges[0].start, 34 * WORLD_BLOCK);
	policy_grants_clear(&grants);
	world_finish(&world);
	lease_client_has(&a);
	leave(&a);
}

/* What is used least leaves. */
static void test_least_used(void **state _unused_)
{
	const uint64_t costs[] = { 50, 7, 9 };
	struct policy_grants grants;
	struct client a, b, c;

	world.fake.measures = true;
	lease_client_world(4, POOL_FILE(""));
	lease_client_ask(&a, 1000, GRANULE, 0);
	/* Others are in the queue meanwhile. */
	lease_client_ask(&b, 1001, GRANULE, 0);
	lease_client_expect(&a, "waiting");
	world_expect_jobs(&world, "");
	fake_measured(&world.fake, costs, 3);
	grants = lease_client_grants();
	assert_int_equal(grants.n, 2);
	assert_int_equal(grants.items[0].ranges[0].start, 34 * WORLD_BLOCK);
	assert_int_equal(grants.items[1].ranges[0].start, 36 * WORLD_BLOCK);
	policy_grants_clear(&grants);
	fake_advance(&world.fake, 0);
	world_finish(&world);
	lease_client_has(&a);
	lease_client_has(&b);
	/* It is measured anew after a while. */
	fake_advance(&world.fake, 10 * SECOND);
	lease_client_ask(&c, 1002, GRANULE, 0);
	assert_int_equal(c.answers, 0);
	fake_measured(&world.fake, NULL, 0);
	fake_advance(&world.fake, 0);
	world_finish(&world);
	lease_client_has(&c);
	leave(&a);
	leave(&b);
	leave(&c);
}

/* When nothing is left, it is told what was in the way, and no process. */
static void test_nothing_leaves(void **state _unused_)
{
	struct client a;
	struct policy_grants grants;

	lease_client_world(2, POOL_FILE(""));
	lease_client_ask(&a, 1000, GRANULE, 0);
	lease_client_stuck_block("dax0.0", 32);
	lease_client_stuck_block("dax0.1", 35);
	lease_client_was_refused(&a, -EBUSY, "memory35");
	assert_null(strstr(a.message, "process 55"));
	assert_non_null(strstr(a.message, "that could is 0B."));
	lease_client_expect(&a, "gone");
	grants = lease_client_grants();
	assert_int_equal(grants.n, 0);
	policy_grants_clear(&grants);
	world_finish(&world);
	assert_int_equal(a.answers, 1);
	/* Root is told which process it is. */
	lease_client_ask(&a, 0, 2 * GRANULE, 0);
	lease_client_stuck_block("dax0.0", 32);
	lease_client_was_refused(&a, -EBUSY, "process 55");
	assert_non_null(strstr(a.message, "that could is 256M."));
}

/* Who waits tries again after a while. */
static void test_leaves_later(void **state _unused_)
{
	struct client a;

	lease_client_world(1, POOL_FILE(""));
	lease_client_ask(&a, 1000, GRANULE, FOR_EVER);
	lease_client_stuck_block("dax0.0", 32);
	assert_int_equal(a.answers, 0);
	lease_client_expect(&a, "waiting");
	world_expect_jobs(&world, "");
	fake_advance(&world.fake, 2 * SECOND);
	world_expect_jobs(&world, "dax0.0");
	world_finish(&world);
	lease_client_has(&a);
	leave(&a);
}

static void test_race(void **state _unused_)
{
	struct client a, b, c;

	lease_client_world(1, POOL_FILE(""));
	lease_client_ask(&a, 1000, GRANULE, 0);
	lease_client_ask(&b, 1001, GRANULE, 0);
	lease_client_was_refused(&b, -EBUSY, "of user 1000 (256M)");
	lease_client_ask(&c, 1002, GRANULE, 60 * SECOND);
	lease_client_expect(&c, "waiting");
	world_finish(&world);
	lease_client_has(&a);
	assert_int_equal(c.answers, 0);
	lease_client_leave(&a);
	world_carry_out(&world, a.device);
	/* It is cleared already, and does not become system RAM meanwhile. */
	world_expect_jobs(&world, "");
	lease_client_has(&c);
	leave(&c);
}

/* Nobody passes the one that has waited longest. */
static void test_no_starvation(void **state _unused_)
{
	struct client a, b, small, late;

	lease_client_world(2, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	lease_client_ask(&b, 1001, 2 * GRANULE, FOR_EVER);
	lease_client_ask(&small, 1002, GRANULE, FOR_EVER);
	lease_client_ask(&late, 1003, GRANULE, 0);
	lease_client_was_refused(&late, -EBUSY, "wait before it: 2");
	world_finish(&world);
	assert_int_equal(small.answers, 0);
	lease_client_leave(&a);
	world_finish(&world);
	lease_client_has(&b);
	assert_int_equal(small.answers, 0);
	lease_client_leave(&b);
	world_finish(&world);
	lease_client_has(&small);
	leave(&small);
}

/* What can never be served keeps nobody waiting. */
static void test_hopeless(void **state _unused_)
{
	struct client a, b;

	lease_client_world(2, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	lease_client_ask(&b, 1001, 3 * GRANULE, FOR_EVER);
	lease_client_was_refused(&b, -EBUSY,
				 "largest lease that could is 256M");
	lease_client_ask(&b, 1001, 2 * GRANULE, FOR_EVER);
	lease_client_expect(&b, "waiting");
	leave(&a);
}

static void test_time_out(void **state _unused_)
{
	struct client a, b;

	lease_client_world(1, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	lease_client_ask(&b, 1001, GRANULE, 10 * SECOND);
	fake_advance(&world.fake, 9 * SECOND);
	assert_int_equal(b.answers, 0);
	fake_advance(&world.fake, 2 * SECOND);
	lease_client_was_refused(&b, -ETIMEDOUT, "of user 1000");
	lease_client_expect(&b, "gone");
	leave(&a);
}

/* It is no more, whatever has been done for it so far. */
static void test_withdrawn(void **state _unused_)
{
	struct client a, b;
	struct policy_grants grants;

	lease_client_world(1, POOL_FILE(""));
	lease_client_ask(&a, 1000, GRANULE, FOR_EVER);
	lease_client_ask(&b, 1001, GRANULE, FOR_EVER);
	lease_desk_withdraw(broker_lease_desk(world.broker), a.request);
	lease_client_expect(&a, "gone");
	fake_advance(&world.fake, 0);
	world_finish(&world);
	assert_int_equal(a.answers, 0);
	lease_client_has(&b);
	grants = lease_client_grants();
	assert_int_equal(grants.n, 1);
	policy_grants_clear(&grants);
	leave(&b);
}

/* Those behind it go on at once. */
static void test_head_withdrawn(void **state _unused_)
{
	struct client a, b, c;

	lease_client_world(2, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	lease_client_ask(&b, 1001, 2 * GRANULE, FOR_EVER);
	lease_client_ask(&c, 1002, GRANULE, FOR_EVER);
	world_expect_jobs(&world, "");
	lease_desk_withdraw(broker_lease_desk(world.broker), b.request);
	fake_advance(&world.fake, 0);
	world_expect_jobs(&world, "dax0.1");
	world_finish(&world);
	lease_client_has(&c);
	leave(&a);
	leave(&c);
}

static void test_quota(void **state _unused_)
{
	struct client a, b;

	lease_client_world(4, POOL_FILE("MaxPerUser=512M\nMaxLease=512M\n"
					"MinLease=128M\n"));
	lease_client_ask(&a, 1000, 768 * MIB, 0);
	lease_client_was_refused(&a, -EINVAL, "MaxLease=");
	lease_client_ask(&a, 1000, MIB, 0);
	lease_client_was_refused(&a, -EINVAL, "MinLease=");
	lease_client_get(&a, 1000, GRANULE);
	lease_client_ask(&b, 1000, 512 * MIB, 0);
	lease_client_was_refused(&b, -EDQUOT, "MaxPerUser=");
	lease_client_ask(&b, 1001, 512 * MIB, 0);
	world_finish(&world);
	lease_client_has(&b);
	leave(&a);
	leave(&b);
}

static void test_lists(void **state _unused_)
{
	struct client a, b;

	lease_client_world(2, POOL_FILE("AllowUsers=1000 db\n"
					"AllowGroups=28\n"));
	lease_client_ask(&a, 1001, GRANULE, 0);
	lease_client_was_refused(&a, -EPERM,
				 "User 1001 may not lease memory of pool hbm. "
				 "Its policy allows root, AllowUsers=1000 db, "
				 "AllowGroups=28.");
	lease_client_get(&b, 1000, GRANULE);
	leave(&b);
}

static void test_senseless(void **state _unused_)
{
	struct client a;

	lease_client_world(2, POOL_FILE(""));
	lease_client_ask(&a, 1000, 0, 0);
	lease_client_was_refused(&a, -EINVAL, "at least a byte");
	lease_client_ask_with(&a, GRANULE,
			      (struct lease_request){ .uid = 1000,
						      .node = -1,
						      .align = 3 * MIB });
	lease_client_was_refused(&a, -EINVAL, "power of two");
	lease_client_ask_with(&a, GRANULE,
			      (struct lease_request){ .uid = 1000,
						      .node = -1,
						      .name = "\033[2J" });
	lease_client_was_refused(&a, -EINVAL, "letter");
	lease_client_ask_with(&a, GRANULE,
			      (struct lease_request){ .uid = 1000, .node = 7 });
	lease_client_was_refused(&a, -EBUSY, "cannot be had");
	lease_client_ask(&a, 1000, UINT64_MAX, 0);
	lease_client_was_refused(&a, -EBUSY, "cannot be had");
}

static void test_no_pool(void **state _unused_)
{
	struct client a;

	lease_client_world(1, TO_RAM);
	lease_client_ask(&a, 1000, GRANULE, FOR_EVER);
	lease_client_was_refused(&a, -ENOENT, "no such pool");
}

/* Nothing is begun that is not on disk. */
static void test_disk_full(void **state _unused_)
{
	struct client a, b;

	lease_client_world(2, POOL_FILE(""));
	lease_client_fill_disk(true);
	lease_client_ask(&a, 1000, GRANULE, FOR_EVER);
	lease_client_was_refused(&a, -EBUSY, "written");
	world_expect_jobs(&world, "");
	lease_client_fill_disk(false);
	lease_client_get(&b, 1000, GRANULE);
	leave(&b);
}

/* The device is there and cannot be opened: nobody has the lease then. */
static void test_not_opened(void **state _unused_)
{
	struct client a;
	struct policy_grants grants;

	lease_client_world(2, POOL_FILE(""));
	world.fake.open_error = -ENXIO;
	lease_client_ask(&a, 1000, GRANULE, FOR_EVER);
	world_finish(&world);
	lease_client_was_refused(&a, -EBUSY, "handed over");
	grants = lease_client_grants();
	assert_int_equal(grants.n, 0);
	policy_grants_clear(&grants);
	assert_null(world.fake.watches);
}

static void test_disk_full_at_the_end(void **state _unused_)
{
	struct client a, b;
	struct policy_grants grants;

	lease_client_world(2, POOL_FILE(""));
	lease_client_get(&b, 1001, GRANULE);
	lease_client_ask(&a, 1000, GRANULE, FOR_EVER);
	lease_client_fill_disk(true);
	lease_desk_withdraw(broker_lease_desk(world.broker), a.request);
	grants = lease_client_grants();
	assert_int_equal(grants.n, 2);
	policy_grants_clear(&grants);
	lease_client_fill_disk(false);
	fake_advance(&world.fake, 3 * SECOND);
	world_finish(&world);
	grants = lease_client_grants();
	assert_int_equal(grants.n, 1);
	policy_grants_clear(&grants);
	assert_int_equal(a.answers, 0);
	leave(&b);
}

static size_t ready(void)
{
	const struct lease_pool *pools;
	size_t n;

	pools = lease_desk_pools(broker_lease_desk(world.broker), &n);
	assert_int_equal(n, 1);
	return pools[0].ready / GRANULE;
}

/* What is in reserve is handed over within the call, and made again a moment
 * later. */
static void test_reserve(void **state _unused_)
{
	struct client a, b;
	unsigned int surveys;

	lease_client_world(4, POOL_FILE("Reserve=512M\n"));
	world_finish(&world);
	assert_int_equal(ready(), 2);
	surveys = world.surveys;
	lease_client_ask(&a, 1000, GRANULE, 0);
	lease_client_has(&a);
	assert_int_equal(a.request, 0);
	lease_client_expect(&a, "active");
	fake_advance(&world.fake, SECOND / 20);
	assert_int_equal(world.surveys, surveys);
	assert_int_equal(ready(), 1);
	fake_advance(&world.fake, SECOND / 10);
	world_finish(&world);
	assert_int_equal(ready(), 2);
	fake_advance(&world.fake, 600 * SECOND);
	world_expect_jobs(&world, "");
	/* It does not keep memory from those who ask for another size. */
	lease_client_get(&b, 1001, 3 * GRANULE);
	assert_int_equal(ready(), 0);
	leave(&a);
	leave(&b);
}

/* There is not so much: what there is is kept, and nothing is tried again. */
static void test_large_reserve(void **state _unused_)
{
	unsigned int surveys;

	lease_client_world(3, POOL_FILE("Reserve=1T\n"));
	world_finish(&world);
	assert_int_equal(ready(), 3);
	surveys = world.surveys;
	fake_advance(&world.fake, 600 * SECOND);
	assert_int_equal(world.surveys, surveys);
	world_policy(&world, "a.region", POOL_FILE("Reserve=256M\n"));
	world_reload(&world);
	world_finish(&world);
	assert_int_equal(ready(), 1);
}

/* Without a pass that would find it ready, and too much. */
static void test_reserve_ends(void **state _unused_)
{
	lease_client_world(2, POOL_FILE("Reserve=256M\n"));
	world_policy(&world, "a.region", POOL_FILE(""));
	world_reload(&world);
	world_finish(&world);
	assert_int_equal(ready(), 0);
	world_expect_jobs(&world, "");
}

static void test_reserve_survives(void **state _unused_)
{
	struct client a;

	lease_client_world(2, POOL_FILE("Reserve=256M\n"));
	world_finish(&world);
	lease_client_restart();
	world_expect_jobs(&world, "");
	assert_int_equal(ready(), 1);
	lease_client_ask(&a, 1000, GRANULE, 0);
	lease_client_has(&a);
	lease_client_restart();
	world_finish(&world);
	lease_client_expect(&a, "active");
	leave(&a);
}

static void test_figures(void **state _unused_)
{
	const struct lease_pool *pools;
	struct client a, b;
	size_t n;

	lease_client_world(4, POOL_FILE(""));
	lease_client_get(&a, 1000, GRANULE);
	lease_client_ask(&b, 1000, 4 * GRANULE, FOR_EVER);
	pools = lease_desk_pools(broker_lease_desk(world.broker), &n);
	assert_int_equal(n, 1);
	assert_int_equal(pools[0].size, 4 * GRANULE);
	assert_int_equal(pools[0].granule, GRANULE);
	assert_int_equal(pools[0].leased, GRANULE);
	assert_int_equal(pools[0].largest, 3 * GRANULE);
	assert_int_equal(pools[0].n_leases, 1);
	assert_int_equal(pools[0].n_waiting, 1);
	lease_desk_leases(broker_lease_desk(world.broker), &n);
	assert_int_equal(n, 2);
	leave(&a);
}

static void test_stopped(void **state _unused_)
{
	struct client a, b;

	lease_client_world(1, POOL_FILE(""));
	lease_client_ask(&a, 1000, GRANULE, FOR_EVER);
	lease_client_ask(&b, 1001, GRANULE, FOR_EVER);
	broker_stop(world.broker);
	lease_client_was_refused(&a, -ESHUTDOWN, "stopped");
	lease_client_was_refused(&b, -ESHUTDOWN, "stopped");
	lease_client_ask(&b, 1001, GRANULE, FOR_EVER);
	lease_client_was_refused(&b, -ESHUTDOWN, "stopped");
}

int broker_lease_run(void)
{
	const struct CMUnitTest tests[] = {
		broker_test(test_from_ram),
		broker_test(test_from_free),
		broker_test(test_own_bytes),
		broker_test(test_static),
		broker_test(test_passed_over),
		broker_test(test_least_used),
		broker_test(test_nothing_leaves),
		broker_test(test_leaves_later),
		broker_test(test_race),
		broker_test(test_no_starvation),
		broker_test(test_hopeless),
		broker_test(test_time_out),
		broker_test(test_withdrawn),
		broker_test(test_head_withdrawn),
		broker_test(test_quota),
		broker_test(test_lists),
		broker_test(test_senseless),
		broker_test(test_no_pool),
		broker_test(test_disk_full),
		broker_test(test_not_opened),
		broker_test(test_disk_full_at_the_end),
		broker_test(test_reserve),
		broker_test(test_large_reserve),
		broker_test(test_reserve_ends),
		broker_test(test_reserve_survives),
		broker_test(test_figures),
		broker_test(test_stopped),
	};

	return cmocka_run_group_tests_name("leases", tests, NULL, NULL);
}
