// SPDX-License-Identifier: GPL-2.0-or-later
/* The journal is read back as it was written, and as a crash left it. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/lock.h"
#include "act/run.h"
#include "basic/names.h"
#include "tests/unit/facts/tree.h"

#define FILE_NAME "run/daxbroker/journal"

#define NAMES                                                         \
	"\"device\":\"dax0.0\",\"identity\":\"hmem:0x1\",\"region\":" \
	"\"/devices/a\",\"from_driver\":\"kmem\",\"target_node\":1,"  \
	"\"block_size\":134217728,"
#define BLOCKS                                                        \
	"\"blocks\":[{\"first\":32,\"last\":34,\"state\":\"online\"," \
	"\"zone\":\"movable\"},{\"first\":35,\"last\":35,\"state\":"  \
	"\"offline\",\"zone\":\"none\"}],"
#define STEPS                                                            \
	"\"steps\":[{\"kind\":\"offline\",\"zone\":\"auto\"},{\"kind\":" \
	"\"unbind\",\"driver\":\"kmem\",\"zone\":\"auto\"}]}\n"
#define BEGIN "{\"begin\":\"1\"," NAMES BLOCKS STEPS
#define TAKE "{\"take\":\"1\",\"step\":0}"
#define END "{\"end\":\"1\",\"outcome\":\"done\"}"

static struct journal_jobs read_text(const struct tree *tree, const char *text)
{
	struct journal_jobs list;

	tree_write(tree, FILE_NAME, text);
	assert_int_equal(act_run_open_jobs(tree->fd, &list), 0);
	return list;
}

static void assert_n(const struct tree *tree, const char *text, size_t n)
{
	struct journal_jobs list = read_text(tree, text);

	assert_int_equal(list.n, n);
	journal_jobs_clear(&list);
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
		.identity = (char *)"a \"b\"\xff%",
		.region = (char *)"/devices/r",
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
	struct journal_jobs list;
	struct journal journal;

	tree_open(&tree);
	tree_mkdir(&tree, "run");
	assert_int_equal(journal_begin(tree.fd, &plan, before, &journal), 0);
	assert_int_equal(journal_intent(&journal, 0, false), 0);
	assert_int_equal(journal_outcome(&journal, 0, false, 0), 0);
	assert_int_equal(journal_intent(&journal, 1, false), 0);
	assert_int_equal(journal_read(tree.fd, &list), 0);
	assert_int_equal(list.n, 1);
	assert_string_equal(list.jobs[0].plan->identity, "a \"b\"\xff%");
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
	journal_jobs_clear(&list);
	assert_int_equal(journal_read(tree.fd, &list), 0);
	assert_int_equal(list.jobs[0].attempts, 1);
	journal_jobs_clear(&list);
	assert_int_equal(journal_end(tree.fd, journal.id, "done"), 0);
	assert_int_equal(journal_read(tree.fd, &list), 0);
	assert_int_equal(list.n, 0);
	journal_jobs_clear(&list);
}

static void test_cut_off(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;
	struct journal_jobs list;
	int lock;

	tree_open(&tree);
	tree_mkdir(&tree, "run");
	assert_int_equal(journal_read(tree.fd, &list), 0);
	assert_int_equal(list.n, 0);
	assert_n(&tree, "", 0);
	assert_n(&tree, BEGIN, 0); /* nothing was begun */
	assert_n(&tree, BEGIN "{\"take\":\"1\",\"step\":0", 0);
	assert_n(&tree, BEGIN TAKE, 0); /* its line has no end */
	assert_n(&tree, BEGIN TAKE "\n", 1);
	assert_n(&tree, BEGIN TAKE "\n" END "\n", 0);
	assert_n(&tree, BEGIN TAKE "\n{\"end\":\"1\",\"outc", 1);
	assert_n(&tree, BEGIN "{\"take\":\"2\",\"step\":0}\n", 0);
	assert_n(&tree, "{\"begin\":\"1\",\"dev\n\n" BEGIN TAKE "\n", 1);
	assert_n(&tree, BEGIN TAKE "\n" BEGIN, 1); /* the same id twice */
	list = read_text(&tree, BEGIN TAKE);
	assert_int_equal(list.n_senseless, 0);
	journal_jobs_clear(&list);
	list = read_text(&tree, BEGIN TAKE "\n");
	assert_int_equal(list.jobs[0].plan->n_blocks, 4);
	assert_int_equal(list.jobs[0].before[3].state, FACTS_BLOCK_OFFLINE);
	journal_jobs_clear(&list);

	/* One that is alive, maybe not of this daemon. */
	lock = act_lock(tree.fd, "/devices/a", true);
	assert_true(lock >= 0);
	list = read_text(&tree, BEGIN);
	assert_int_equal(list.n, 1);
	assert_true(list.jobs[0].alive);
	journal_jobs_clear(&list);
	close(lock);
	assert_n(&tree, BEGIN, 0);
}

/* None of them is a job that could be undone; each is counted. */
static const char *const senseless[] = {
	"x\n",
	"begin 1 dax0.0 hmem:0x1 /devices/a kmem 1 134217728\n",
	"\xff\xfe{}\n",
	"{}\n",
	"[]\n",
	"null\n",
	"{\"begin\":1}\n",
	"{\"begin\":\"1\"}\n",
	"{\"later\":\"1\"}\n",
	"{\"end\":[]}\n",
	BEGIN "{\"take\":\"1\"}\n",
	BEGIN "{\"take\":\"1\",\"step\":2}\n",
	BEGIN "{\"take\":\"1\",\"step\":-1}\n",
	BEGIN "{\"take\":\"1\",\"step\":18446744073709551615}\n",
	BEGIN "{\"take\":\"1\",\"step\":\"0\"}\n",
	BEGIN TAKE "}\n",
	"{\"begin\":\"1234567890123456789012345678901234567890\"," NAMES BLOCKS
		STEPS,
	"{\"begin\":\"1\\\"\"," NAMES BLOCKS STEPS,
	"{\"begin\":\"1\"," BLOCKS STEPS,
	"{\"begin\":\"1\"," NAMES STEPS,
	"{\"begin\":\"1\"," NAMES "\"blocks\":[]}\n",
	"{\"begin\":\"1\"," NAMES "\"blocks\":[1]," STEPS,
	"{\"begin\":\"1\"," NAMES BLOCKS "\"steps\":[null]}\n",
	"{\"begin\":\"1\"," NAMES BLOCKS "\"device\":\"../../etc\"," STEPS,
	"{\"begin\":\"1\"," NAMES BLOCKS
	"\"region\":\"/devices/../../x\"," STEPS,
	"{\"begin\":\"1\"," NAMES BLOCKS "\"region\":\"/etc\"," STEPS,
	"{\"begin\":\"1\"," NAMES BLOCKS "\"block_size\":0," STEPS,
	"{\"begin\":\"1\"," NAMES BLOCKS "\"target_node\":4294967296," STEPS,
};

static void test_senseless(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;
	struct journal_jobs list;

	tree_open(&tree);
	tree_mkdir(&tree, "run");
	for (size_t i = 0; i < ARRAY_SIZE(senseless); i++) {
		list = read_text(&tree, senseless[i]);
		if (list.n != 0 || list.n_senseless != 1)
			fail_msg("%zu jobs and %zu lines: %s", list.n,
				 list.n_senseless, senseless[i]);
		journal_jobs_clear(&list);
	}
}

/* As test_senseless(), of what stands between "blocks":[ and ]. */
static void expect_bad_blocks(const struct tree *tree, const char *blocks)
{
	char text[1024];
	struct journal_jobs list;

	snprintf(text, sizeof(text),
		 "{\"begin\":\"1\"," NAMES "\"blocks\":[%s]," STEPS TAKE "\n",
		 blocks);
	list = read_text(tree, text);
	assert_int_equal(list.n, 0);
	assert_int_equal(list.n_senseless, 1);
	journal_jobs_clear(&list);
}

#define ONLINE "\"state\":\"online\",\"zone\":\"kernel\"}"

static void test_absurd_blocks(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_mkdir(&tree, "run");
	expect_bad_blocks(&tree,
			  "{\"first\":0,\"last\":18446744073709551615," ONLINE);
	expect_bad_blocks(&tree, "{\"first\":18446744073709551615,"
				 "\"last\":18446744073709551615," ONLINE);
	/* whose address has more than 64 bits */
	expect_bad_blocks(&tree, "{\"first\":137438953472,"
				 "\"last\":137438953472," ONLINE);
	expect_bad_blocks(&tree, "{\"first\":0,\"last\":1048576," ONLINE);
	expect_bad_blocks(&tree,
			  "{\"first\":0,\"last\":1048575," ONLINE
			  ",{\"first\":1048576,\"last\":1048576," ONLINE);
	expect_bad_blocks(&tree, "{\"first\":2,\"last\":1," ONLINE);
	expect_bad_blocks(&tree, "{\"first\":-1,\"last\":1," ONLINE);
	expect_bad_blocks(&tree, "{\"first\":1,\"last\":1}");
	expect_bad_blocks(&tree, "{\"first\":1,\"last\":1,\"state\":\"on\","
				 "\"zone\":\"kernel\"}");
}

#define MANY                                                  \
	"{\"begin\":\"1\"," NAMES "\"blocks\":[{\"first\":0," \
	"\"last\":1048574," ONLINE "]," STEPS TAKE "\n"

/* All jobs that have not ended have no more blocks than one may have. */
static void test_many_blocks(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;
	struct journal_jobs list;

	tree_open(&tree);
	tree_mkdir(&tree, "run");
	list = read_text(&tree, MANY MANY);
	assert_int_equal(list.n, 1);
	assert_int_equal(list.n_senseless, 1);
	journal_jobs_clear(&list);
	list = read_text(&tree, MANY END "\n" MANY END "\n" MANY);
	assert_int_equal(list.n, 1);
	assert_int_equal(list.n_senseless, 0);
	journal_jobs_clear(&list);
}

/* It is a value, but as JSON it would take a gigabyte. */
static void test_long_line(void **state _unused_)
{
	static const char begin[] = BEGIN TAKE "\n{\"end\":\"1\",\"x\":[";
	const size_t size = 5 * 1024 * 1024;
	_cleanup_free_ char *text = malloc(size + 1);
	_cleanup_tree_ struct tree tree;
	struct journal_jobs list;
	size_t n = strlen(begin);

	assert_non_null(text);
	memcpy(text, begin, n);
	for (; n + 7 < size; n += 3)
		memcpy(text + n, "{},", 3);
	strcpy(text + n, "{}]}\n");
	tree_open(&tree);
	tree_mkdir(&tree, "run");
	list = read_text(&tree, text);
	assert_int_equal(list.n, 1); /* it did not end */
	assert_int_equal(list.n_senseless, 1);
	journal_jobs_clear(&list);
}

/* As test_senseless(), of what stands between "steps":[ and ]. */
static void expect_bad_step(const struct tree *tree, const char *step)
{
	char text[1024];
	struct journal_jobs list;

	snprintf(text, sizeof(text),
		 "{\"begin\":\"1\"," NAMES BLOCKS "\"steps\":[%s]}\n" TAKE "\n",
		 step);
	list = read_text(tree, text);
	assert_int_equal(list.n, 0);
	assert_int_equal(list.n_senseless, 1);
	journal_jobs_clear(&list);
}

#define STEP(kind) "{\"kind\":\"" kind "\",\"zone\":\"auto\""

static void test_bad_steps(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_mkdir(&tree, "run");
	/* What undoing them relies on is not there. */
	expect_bad_step(&tree, STEP("bind") "}");
	expect_bad_step(&tree, STEP("unbind") "}");
	expect_bad_step(&tree, STEP("load-module") "}");
	expect_bad_step(&tree, STEP("adopt") "}");
	expect_bad_step(&tree, STEP("unbind") ",\"driver\":\"nvme\"}");
	expect_bad_step(&tree, STEP("resize") "}");
	expect_bad_step(&tree, STEP("destroy") "}");
	expect_bad_step(&tree, STEP("destroy") ",\"device\":\"../x\"}");
	expect_bad_step(&tree, STEP("leap") "}");
	expect_bad_step(&tree, STEP("memmap") ",\"memmap\":\"yes\"}");
	expect_bad_step(&tree, "{\"kind\":\"online\",\"zone\":\"dma\"}");
	expect_bad_step(&tree, STEP("create") ",\"after\":[]}");
	expect_bad_step(&tree, STEP("create") ",\"after\":{\"align\":1}}");
	expect_bad_step(&tree, STEP("create") ",\"after\":{\"align\":1,"
					      "\"ranges\":[{\"start\":2,"
					      "\"end\":1}]}}");
}

/* Any byte of a journal, turned over: it is read all the same. */
static void test_damaged(void **state _unused_)
{
	static const char whole[] = BEGIN TAKE "\n" END "\n";
	_cleanup_tree_ struct tree tree;
	char text[sizeof(whole)];

	tree_open(&tree);
	tree_mkdir(&tree, "run");
	for (size_t i = 0; i + 1 < sizeof(whole); i++)
		for (int bit = 0; bit < 8; bit++) {
			struct journal_jobs list;

			memcpy(text, whole, sizeof(whole));
			text[i] ^= 1 << bit;
			list = read_text(&tree, text);
			assert_true(list.n <= 1);
			journal_jobs_clear(&list);
		}
}

static void test_set_aside(void **state _unused_)
{
	struct journal_jobs list = { .n_senseless = 1 };
	_cleanup_tree_ struct tree tree;
	struct stat st;

	tree_open(&tree);
	tree_write(&tree, FILE_NAME, "x\n");
	assert_int_equal(journal_trim(tree.fd, &list), 1);
	assert_int_equal(fstatat(tree.fd, FILE_NAME ".bad", &st, 0), 0);
	assert_int_equal(st.st_size, 2);
	assert_true(fstatat(tree.fd, FILE_NAME, &st, 0) < 0);
}

/* What cannot be one is set aside, too. */
static void test_no_file(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;
	struct journal_jobs list;

	tree_open(&tree);
	tree_mkdir(&tree, FILE_NAME);
	assert_int_equal(journal_read(tree.fd, &list), 0);
	assert_int_equal(list.n_senseless, 1);
	assert_int_equal(journal_trim(tree.fd, &list), 1);
	assert_int_equal(mkfifoat(tree.fd, FILE_NAME, 0600), 0);
	assert_int_equal(journal_read(tree.fd, &list), 0);
	assert_int_equal(list.n_senseless, 1);
	assert_int_equal(unlinkat(tree.fd, FILE_NAME ".bad", AT_REMOVEDIR), 0);
	assert_int_equal(journal_trim(tree.fd, &list), 1);
}

static void test_trim(void **state _unused_)
{
	const struct journal_jobs none = { 0 };
	_cleanup_free_ char *text = malloc(300001);
	_cleanup_tree_ struct tree tree;
	struct stat st;

	assert_non_null(text);
	tree_open(&tree);
	tree_mkdir(&tree, "run");
	assert_int_equal(journal_trim(tree.fd, &none), 0); /* no file */
	memset(text, '\n', 300000);
	text[300000] = '\0';
	tree_write(&tree, FILE_NAME, "\n");
	assert_int_equal(journal_trim(tree.fd, &none), 0);
	assert_int_equal(fstatat(tree.fd, FILE_NAME, &st, 0), 0);
	assert_int_equal(st.st_size, 1);
	tree_write(&tree, FILE_NAME, text);
	assert_int_equal(journal_trim(tree.fd, &none), 0);
	assert_true(fstatat(tree.fd, FILE_NAME, &st, 0) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_senseless),
		cmocka_unit_test(test_absurd_blocks),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_many_blocks),
		cmocka_unit_test(test_bad_steps),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_set_aside),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_trim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
