// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Holders in a proc made by hand, where descriptors are links to character
 * devices that every machine has, and in the running one. That /dev/daxX.Y
 * itself is found is seen in a guest (tests/vm/cases).
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "facts/holders.h"
#include "facts/model/model.h"
#include "facts/process.h"
#include "facts/snapshot-read.h"
#include "tree.h"

#define GIB 0x40000000ULL
#define DEVICE "sys/devices/platform/hmem.0/dax0.0"
#define SHARED_LINE "7f0000000000-7f0000200000 rw-s 00000000 00:05 77 /x\n"

static void test_map_lines(void **state _unused_)
{
	char name[PROCESS_MAP_NAME_MAX];

	assert_true(process_map_is_shared_file(SHARED_LINE, name));
	assert_string_equal(name, "7f0000000000-7f0000200000");
	/* padded there, not in map_files */
	assert_true(process_map_is_shared_file(
		"00400000-00452000 r--s 00001000 fd:00 5 /a b\n", name));
	assert_string_equal(name, "400000-452000");
	assert_true(process_map_is_shared_file(
		"ffffffffff600000-ffffffffff601000 --xs 0 00:00 1\n", name));
	assert_string_equal(name, "ffffffffff600000-ffffffffff601000");
}

static void test_other_lines(void **state _unused_)
{
	static const char *const lines[] = {
		"",
		"\n",
		"7f0000000000-7f0000200000 rw-p 00000000 00:05 77 /x\n",
		"7f0000000000-7f0000200000 rw-s 00000000 00:00 0\n",
		"7f0000000000 rw-s 00000000 00:05 77 /x\n",
		"7f0000000000-7f0000200000 s 00000000 00:05 77 /x\n",
		"zz-7f0000200000 rw-s 00000000 00:05 77 /x\n",
	};
	char name[PROCESS_MAP_NAME_MAX] = "kept";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		assert_false(process_map_is_shared_file(lines[i], name));
	assert_string_equal(name, "kept");
}

/* A machine with dax0.0 whose device number is that of /dev/null. */
static void make_machine(struct tree *tree)
{
	tree_open(tree);
	tree_add_system(tree);
	tree_add_hmem(tree, 0, 0, 4 * GIB, 1024);
	tree_write(tree, DEVICE "/dev", "1:3\n");
	tree_mkdir(tree, "proc/1/fd");
	tree_mkdir(tree, "proc/1/map_files");
	tree_write(tree, "proc/1/maps", "");
	tree_write(tree, "proc/1/comm", "init\n");
}

static void add_process(const struct tree *tree, int pid, const char *comm,
			const char *fd_target, const char *map_target)
{
	char path[128];

	snprintf(path, sizeof(path), "proc/%d/comm", pid);
	tree_write(tree, path, comm);
	snprintf(path, sizeof(path), "proc/%d/fd/0", pid);
	tree_link(tree, path, "/dev/zero");
	snprintf(path, sizeof(path), "proc/%d/fd/11", pid);
	tree_link(tree, path, fd_target);
	snprintf(path, sizeof(path), "proc/%d/maps", pid);
	tree_write(tree, path, SHARED_LINE);
	snprintf(path, sizeof(path),
		 "proc/%d/map_files/7f0000000000-7f0000200000", pid);
	tree_link(tree, path, map_target);
}

static struct facts_snapshot *holders_of(const struct tree *tree)
{
	struct facts_snapshot *s = NULL;

	assert_int_equal(facts_snapshot_read(tree->fd, &s), 0);
	assert_int_equal(facts_holders_load(tree->fd, s), 0);
	return s;
}

static void assert_holder(const struct facts_device *d, size_t i, pid_t pid,
			  bool is_open, bool is_mapped)
{
	assert_int_equal(d->holders[i].pid, pid);
	assert_int_equal(d->holders[i].open, is_open);
	assert_int_equal(d->holders[i].mapped, is_mapped);
}

static void test_found(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;
	const struct facts_device *d;

	make_machine(&tree);
	add_process(&tree, 30, "both\n", "/dev/null", "/dev/null");
	add_process(&tree, 4, "mapped\n", "/dev/zero", "/dev/null");
	add_process(&tree, 200, "op\x1b[2Jen\tit\n", "/dev/null", "/dev/zero");
	add_process(&tree, 5, "none\n", "/dev/full", "/etc/passwd");
	tree_mkdir(&tree, "proc/77");
	tree_mkdir(&tree, "proc/irq");
	tree_write(&tree, "proc/6x/comm", "no process\n");
	s = holders_of(&tree);
	d = &s->devices[0];
	assert_true(d->holders_known);
	assert_int_equal(d->n_holders, 3);
	assert_holder(d, 0, 4, false, true);
	assert_holder(d, 1, 30, true, true);
	assert_holder(d, 2, 200, true, false);
	assert_string_equal(d->holders[0].command, "mapped");
	assert_string_equal(d->holders[2].command, "op?[2Jen?it");
	/* once more: not twice as many */
	assert_int_equal(facts_holders_load(tree.fd, s), 0);
	assert_int_equal(s->devices[0].n_holders, 3);
}

static void test_no_comm(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	make_machine(&tree);
	tree_link(&tree, "proc/9/fd/3", "/dev/null");
	s = holders_of(&tree);
	assert_int_equal(s->devices[0].n_holders, 1);
	assert_string_equal(s->devices[0].holders[0].command, "?");
	assert_true(s->devices[0].holders_known); /* gone, so nothing more */
}

/* Without pid 1 proc hides something (hidepid=). */
static void test_hidden(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_add_system(&tree);
	tree_add_hmem(&tree, 0, 0, 4 * GIB, 1024);
	tree_write(&tree, DEVICE "/dev", "1:3\n");
	add_process(&tree, 30, "seen\n", "/dev/null", "/dev/null");
	s = holders_of(&tree);
	assert_false(s->devices[0].holders_known);
	assert_int_equal(s->devices[0].n_holders, 1);
}

static void test_other_namespace(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	make_machine(&tree);
	tree_link(&tree, "proc/self", "1");
	tree_link(&tree, "proc/1/ns/pid", "pid:[4026532001]");
	s = holders_of(&tree);
	assert_false(s->devices[0].holders_known);
}

static void test_denied(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	if (geteuid() != 0) {
		print_message("only root can become nobody\n");
		skip();
	}
	make_machine(&tree);
	add_process(&tree, 30, "mine\n", "/dev/null", "/dev/zero");
	add_process(&tree, 31, "theirs\n", "/dev/null", "/dev/zero");
	assert_int_equal(chmod(tree.path, 0755), 0);
	assert_int_equal(fchmodat(tree.fd, "proc/31/fd", 0500, 0), 0);
	assert_int_equal(seteuid(65534), 0);
	s = holders_of(&tree);
	assert_int_equal(seteuid(0), 0);
	assert_false(s->devices[0].holders_known);
	assert_int_equal(s->devices[0].n_holders, 1);
	assert_holder(&s->devices[0], 0, 30, true, false);
}

static void test_no_proc(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_mkdir(&tree, "sys/devices/system");
	tree_add_hmem(&tree, 0, 0, 4 * GIB, 1024);
	tree_write(&tree, DEVICE "/dev", "1:3\n");
	assert_int_equal(facts_snapshot_read(tree.fd, &s), 0);
	assert_int_equal(facts_holders_load(tree.fd, s), -ENOENT);
	assert_false(s->devices[0].holders_known);
}

/* The driver counts open files, and there are none: no process is scanned. */
static void test_counted_unused(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_mkdir(&tree, "sys/devices/system");
	tree_add_hmem(&tree, 0, 0, 4 * GIB, 1024);
	tree_write(&tree, DEVICE "/dev", "1:3\n");
	tree_write(&tree, DEVICE "/users/openers", "0\n");
	assert_int_equal(facts_snapshot_read(tree.fd, &s), 0);
	assert_int_equal(facts_holders_load(tree.fd, s), 0);
	assert_true(s->devices[0].holders_known);
	facts_snapshot_free(s);
	tree_write(&tree, DEVICE "/users/openers", "1\n");
	assert_int_equal(facts_snapshot_read(tree.fd, &s), 0);
	assert_int_equal(facts_holders_load(tree.fd, s), -ENOENT);
}

/* The running machine's proc: this process has /dev/full open. */
static void test_own_process(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_close_ int root_fd = open("/", O_PATH | O_CLOEXEC);
	_cleanup_close_ int fd = open("/dev/full", O_RDWR | O_CLOEXEC);
	_cleanup_tree_ struct tree tree;
	const struct facts_holder *own = NULL;
	size_t i;

	make_machine(&tree);
	tree_write(&tree, DEVICE "/dev", "1:7\n");
	assert_true(root_fd >= 0 && fd >= 0);
	assert_int_equal(facts_snapshot_read(tree.fd, &s), 0);
	assert_int_equal(facts_holders_load(root_fd, s), 0);
	for (i = 0; i < s->devices[0].n_holders; i++)
		if (s->devices[0].holders[i].pid == getpid())
			own = &s->devices[0].holders[i];
	assert_non_null(own);
	assert_true(own->open);
	assert_false(own->mapped);
	assert_string_equal(own->command, program_invocation_short_name);
}

int main(void)
{
	/* comm is cut to 15 characters; be sure of it */
	program_invocation_short_name[strnlen(program_invocation_short_name,
					      15)] = '\0';
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_map_lines),
		cmocka_unit_test(test_other_lines),
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_no_comm),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_other_namespace),
		cmocka_unit_test(test_denied),
		cmocka_unit_test(test_no_proc),
		cmocka_unit_test(test_counted_unused),
		cmocka_unit_test(test_own_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
