// SPDX-License-Identifier: GPL-2.0-or-later
/* The journal is read back as it was written, and as a crash left it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/act.h"
#include "act/lock.h"
#include "basic/names.h"
#include "tests/unit/facts/tree.h"

#define FILE_NAME "run/daxbroker/journal"

#define BEGIN                                                        \
	"begin 1 dax0.0 hmem:0x1 /devices/a kmem 1 134217728\n"      \
	"block 1 32 34 online movable\nblock 1 35 35 offline none\n" \
	"step 1 0 offline - auto\nstep 1 1 unbind kmem auto\n"

static struct journal_list read_text(const struct tree *tree, const char *text)
{
	struct journal_list list;

	tree_write(tree, FILE_NAME, text);
	assert_int_equal(act_read_open(tree->fd, &list), 0);
	return list;
}

static void assert_n(const struct tree *tree, const char *text, size_t n)
{
	struct journal_list list = read_text(tree, text);

	assert_int_equal(list.n, n);
	journal_list_clear(&list);
}

static void test_written(void **state _unused_)
{
	uint64_t ids[] = { 7, 8, 9 };
	struct plan_step steps[] = {
		{ .kind = PLAN_OFFLINE, .zone = POLICY_ZONE_KERNEL },
		{ .kind = PLAN_UNBIND, .driver = DRIVER_KMEM },
	};
	struct plan plan = {
		.device = (char *)"dax0.0",
		.identity = (char *)"a b%\n",
		.region = (char *)"/r",
		.target_node = -1,
		.block_size = 4096,
		.blocks = ids,
		.n_blocks = 3,
		.steps = steps,
		.n_steps = 2,
	};
	struct facts_block before[] = {
		{ 7, FACTS_BLOCK_ONLINE, FACTS_ZONE_KERNEL, 1 },
		{ 8, FACTS_BLOCK_ONLINE, FACTS_ZONE_KERNEL, 1 },
		{ 9, FACTS_BLOCK_UNKNOWN, FACTS_ZONE_NONE, -1 },
	};
	_cleanup_tree_ struct tree tree;
	struct journal_list list;
	struct journal journal;

	tree_open(&tree);
	tree_mkdir(&tree, "run");
	assert_int_equal(journal_begin(tree.fd, &plan, before, &journal), 0);
	assert_int_equal(journal_intent(&journal, 0, false), 0);
	assert_int_equal(journal_outcome(&journal, 0, false, 0), 0);
	assert_int_equal(journal_intent(&journal, 1, false), 0);
	assert_int_equal(journal_read(tree.fd, &list), 0);
	assert_int_equal(list.n, 1);
	assert_string_equal(list.jobs[0].plan->identity, "a b%\n");
	assert_null(list.jobs[0].plan->from_driver);
	assert_int_equal(list.jobs[0].plan->target_node, -1);
	assert_int_equal(list.jobs[0].step, 1);
	assert_int_equal(list.jobs[0].plan->n_steps, 2);
	assert_int_equal(list.jobs[0].plan->steps[0].zone, POLICY_ZONE_KERNEL);
	assert_null(list.jobs[0].plan->steps[0].driver);
	assert_string_equal(list.jobs[0].plan->steps[1].driver, DRIVER_KMEM);
	assert_int_equal(list.jobs[0].plan->n_blocks, 3);
	assert_int_equal(list.jobs[0].before[1].zone, FACTS_ZONE_KERNEL);
	assert_int_equal(list.jobs[0].before[2].state, FACTS_BLOCK_UNKNOWN);
	assert_int_equal(journal_resume(tree.fd, &list.jobs[0], &journal), 0);
	journal_list_clear(&list);
	assert_int_equal(journal_read(tree.fd, &list), 0);
	assert_int_equal(list.jobs[0].attempts, 1);
	journal_list_clear(&list);
	assert_int_equal(journal_end(tree.fd, journal.id, "done"), 0);
	assert_int_equal(journal_read(tree.fd, &list), 0);
	assert_int_equal(list.n, 0);
	journal_list_clear(&list);
}

static void test_cut_off(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;
	struct journal_list list;
	int lock;

	tree_open(&tree);
	tree_mkdir(&tree, "run");
	assert_int_equal(journal_read(tree.fd, &list), 0);
	assert_int_equal(list.n, 0);
	assert_n(&tree, "", 0);
	assert_n(&tree, BEGIN, 0); /* nothing was begun */
	assert_n(&tree, BEGIN "take 1 0", 0);
	assert_n(&tree, BEGIN "take 1 0\n", 1);
	assert_n(&tree, BEGIN "take 1 2\n", 0); /* no such step */
	assert_n(&tree, BEGIN "take 1 0\ntook 1 0 0\nend 1 done\n", 0);
	assert_n(&tree, BEGIN "take 1 0\nend 1 do", 1);
	assert_n(&tree, BEGIN "take 2 0\n", 0); /* another job's */
	assert_n(&tree, "begin 1 dax0.0 hmem\n\n" BEGIN "take 1 1\n", 1);
	assert_n(&tree, "begin\nblock\nstep\ntake\nagain\nend\nx y z\n\n", 0);
	list = read_text(&tree, BEGIN "take 1 0\n");
	assert_int_equal(list.jobs[0].plan->n_blocks, 4);
	assert_int_equal(list.jobs[0].before[3].state, FACTS_BLOCK_OFFLINE);
	journal_list_clear(&list);

	/* One that is alive, maybe not of this daemon. */
	lock = act_lock(tree.fd, "/devices/a", true);
	assert_true(lock >= 0);
	list = read_text(&tree, BEGIN);
	assert_int_equal(list.n, 1);
	assert_true(list.jobs[0].alive);
	journal_list_clear(&list);
	close(lock);
	assert_n(&tree, BEGIN, 0);
}

static void test_trim(void **state _unused_)
{
	_cleanup_free_ char *text = malloc(300001);
	_cleanup_tree_ struct tree tree;
	struct stat st;

	assert_non_null(text);
	tree_open(&tree);
	journal_trim(tree.fd); /* there is none */
	memset(text, '\n', 300000);
	text[300000] = '\0';
	tree_write(&tree, FILE_NAME, "\n");
	journal_trim(tree.fd);
	assert_int_equal(fstatat(tree.fd, FILE_NAME, &st, 0), 0);
	assert_int_equal(st.st_size, 1);
	tree_write(&tree, FILE_NAME, text);
	journal_trim(tree.fd);
	assert_int_equal(fstatat(tree.fd, FILE_NAME, &st, 0), 0);
	assert_int_equal(st.st_size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_trim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
