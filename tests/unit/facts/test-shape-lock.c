// SPDX-License-Identifier: GPL-2.0-or-later
/* Who reads devices waits for who changes them, and the other way round. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/clock.h"
#include "facts/shape-lock.h"
#include "facts/snapshot-read.h"
#include "tree.h"

#define HELD_MSEC 300

static struct tree tree;

static int set_up(void **state _unused_)
{
	tree_open(&tree);
	tree_mkdir(&tree, "run");
	tree_add_system(&tree);
	tree_add_hmem(&tree, 0, 0, 0x100000000, 128);
	return 0;
}

static int tear_down(void **state _unused_)
{
	tree_close(&tree);
	return 0;
}

/* A process that has it so long; returns when it has. */
static void hold(bool writer)
{
	int lock = shape_lock_take(tree.fd, writer);

	assert_true(lock >= 0);
	if (fork() == 0) {
		usleep(HELD_MSEC * 1000);
		_exit(EXIT_SUCCESS);
	}
	close(lock);
}

/* What @take takes, ms. */
static uint64_t time_of(void (*take)(void))
{
	const uint64_t begun = clock_msec();

	take();
	return clock_msec() - begun;
}

static void end_all(void)
{
	while (wait(NULL) > 0)
		;
}

static void take_as_reader(void)
{
	int lock = shape_lock_take(tree.fd, false);

	assert_true(lock >= 0);
	close(lock);
}

static void take_as_writer(void)
{
	int lock = shape_lock_take(tree.fd, true);

	assert_true(lock >= 0);
	close(lock);
}

static void read_all(void)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;

	assert_int_equal(facts_snapshot_read(tree.fd, &snapshot), 0);
	assert_int_equal(snapshot->n_devices, 1);
}

static void read_one(void)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;

	assert_int_equal(
		facts_snapshot_read_device(tree.fd, "dax0.0", &snapshot), 0);
}

static void test_none(void **state _unused_)
{
	assert_int_equal(shape_lock_take(tree.fd, false), -ENOENT);
	read_all();
	take_as_writer();
	take_as_reader();
}

static void test_wait(void **state _unused_)
{
	void (*const takers[])(void) = { take_as_reader, take_as_writer,
					 read_all, read_one };

	for (size_t i = 0; i < ARRAY_SIZE(takers); i++) {
		hold(true);
		assert_in_range(time_of(takers[i]), HELD_MSEC / 2, 9000);
		end_all();
	}
	hold(false);
	assert_in_range(time_of(take_as_writer), HELD_MSEC / 2, 9000);
	end_all();
	take_as_writer();
	hold(false);
	read_all();
	end_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_wait, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
