// SPDX-License-Identifier: GPL-2.0-or-later
/* Which jobs the history has, also after the daemon was started anew. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "../policy/tree.h"
#include "basic/names.h"
#include "broker/history.h"

static struct tree root;
static struct history history;

static int set_up(void **state _unused_)
{
	tree_make(&root);
	tree_folder(&root, "run", 0755);
	history_load(&history, root.fd);
	return 0;
}

static int tear_down(void **state _unused_)
{
	history_clear(&history);
	tree_remove(&root);
	return 0;
}

static void add(const char *device, enum act_outcome outcome, pid_t pid)
{
	struct plan_step step = { .kind = PLAN_BIND };
	const struct plan plan = {
		.device = (char *)device,
		.region = (char *)"/devices/x",
		.reason = (char *)"it becomes devdax",
		.mode = POLICY_MODE_DEVDAX,
		.block_size = 1,
		.steps = &step,
		.n_steps = 1,
	};
	const struct job_record_origin origin = {
		.identity = "hmem:0\xff",
		.policy = "/etc/daxbroker/a.region",
		.trigger = "apply",
		.asked_by = 1000,
	};
	const struct act_result result = {
		.outcome = outcome,
		.n_steps = 1,
		.failure = { .cause = ACT_CAUSE_OTHER,
			     .error = EBUSY,
			     .blocker = { .kind = "open",
					  .pid = pid,
					  .command = "qemu" } },
	};
	struct job_record *job =
		job_record_new(7, &plan, "switch", &origin, 1000);

	assert_non_null(job);
	job_record_begin(job, 2000);
	job_record_end(job, &result, 5000);
	assert_int_equal(history_add(&history, job), 0);
	job_record_free(job);
}

static size_t count(const char *device)
{
	size_t n = 0;

	for (size_t i = 0; i < history.n; i++)
		n += history_get(&history, i, device) != NULL;
	return n;
}

static void put_fact(const char *name, const char *value,
		     bool is_number _unused_, void *userdata)
{
	char *text = userdata;

	sprintf(text + strlen(text), "%s=%s;", name, value);
}

static void test_facts(void **state _unused_)
{
	static const char *const wanted[] = {
		"job=7;",
		"device=dax0.0;",
		"identity=hmem:0?;",
		"asked_by=1000;",
		"trigger=apply;",
		"policy=/etc/daxbroker/a.region;",
		"reason=it becomes devdax;",
		"duration=3000;",
		"job_outcome=undone;",
	};
	char text[2048] = "", hidden[2048] = "";

	add("dax0.0", ACT_UNDONE, 812);
	history_facts(history_get(&history, 0, ""), true, put_fact, text);
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		if (!strstr(text, wanted[i]))
			fail_msg("no %s in %s", wanted[i], text);
	assert_non_null(strstr(text, "qemu"));
	history_facts(history_get(&history, 0, ""), false, put_fact, hidden);
	assert_null(strstr(hidden, "qemu"));
	assert_null(strstr(hidden, "812"));
}

static void test_restart(void **state _unused_)
{
	for (size_t i = 0; i < HISTORY_MAX + 10; i++)
		add(i % 2 ? "dax0.0" : "dax1.0", ACT_DONE, 0);
	assert_int_equal(count(""), HISTORY_MAX);
	history_clear(&history);
	history_load(&history, root.fd);
	assert_int_equal(count(""), HISTORY_MAX);
	assert_int_equal(count("dax1.0"), HISTORY_MAX / 2);
	assert_int_equal(count("dax2.0"), 0);
}

/* However many there were. */
static void test_bounded(void **state _unused_)
{
	char path[256];
	struct stat st;

	for (size_t i = 0; i < 10 * HISTORY_MAX; i++)
		add("dax0.0", ACT_DONE, 0);
	snprintf(path, sizeof(path), "%s" RUN_DIR "/history", root.path);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size < 5 * HISTORY_MAX * 1000);
	assert_int_equal(count(""), HISTORY_MAX);
}

static void test_refused_again(void **state _unused_)
{
	add("dax0.0", ACT_REFUSED, 0);
	add("dax1.0", ACT_REFUSED, 0);
	add("dax0.0", ACT_REFUSED, 0);
	add("dax0.0", ACT_PREEMPTED, 0);
	assert_int_equal(count("dax0.0"), 1);
	add("dax0.0", ACT_DONE, 0);
	add("dax0.0", ACT_REFUSED, 0);
	assert_int_equal(count("dax0.0"), 3);
}

static void test_nonsense(void **state _unused_)
{
	add("dax0.0", ACT_DONE, 0);
	tree_text(&root, "run/daxbroker/history",
		  "{\n\n[]\nnull\n{\"device\":5,\"job_outcome\":{}}\n\xff\n");
	history_clear(&history);
	history_load(&history, root.fd);
	assert_int_equal(count(""), 1);
	assert_int_equal(count("dax0.0"), 0);
}

#define history_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		history_test(test_facts),    history_test(test_restart),
		history_test(test_bounded),  history_test(test_refused_again),
		history_test(test_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
