// SPDX-License-Identifier: GPL-2.0-or-later
/* What leases are kept in: remnants, the ledger, FIFOs, quotas, ids. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>

#include "../policy/tree.h"
#include "basic/names.h"
#include "broker/lease/fifo.h"
#include "broker/lease/lease-table.h"
#include "broker/lease/ledger.h"
#include "broker/lease/path.h"
#include "broker/lease/quota.h"
#include "broker/lease/remnant.h"

static struct policy_grant grant_of(uint64_t start, uint64_t end, uid_t uid)
{
	struct policy_grant grant = {
		.id = start + 1,
		.pool = "hbm",
		.ranges = { { start, end } },
		.n_ranges = 1,
		.align = 1,
		.uid = uid,
		.incarnation = "00112233445566778899aabbccddeeff",
	};

	return grant;
}

static void add(struct policy_grants *grants, uint64_t start, uint64_t end,
		uid_t uid, bool zero)
{
	const struct policy_grant grant = grant_of(start, end, uid);

	assert_int_equal(lease_remnant_add(grants, &grant, zero), 0);
}

static enum remnant_content find(const struct policy_grants *grants,
				 uint64_t start, uint64_t end, uid_t uid)
{
	const struct phys_range range = { start, end };
	const struct policy_remnant *whole;

	return lease_remnant_find(grants, &range, 1, uid, &whole);
}

static void test_content(void **state _unused_)
{
	struct policy_grants grants = { 0 };
	const struct policy_remnant *whole;
	const struct phys_range range = { 0x2000, 0x2fff };

	add(&grants, 0x1000, 0x1fff, 1000, true);
	add(&grants, 0x2000, 0x2fff, 1000, false);
	add(&grants, 0x4000, 0x4fff, 1001, false);
	assert_int_equal(find(&grants, 0x1000, 0x1fff, 1), REMNANT_IS_ZERO);
	assert_int_equal(find(&grants, 0x1800, 0x27ff, 1000), REMNANT_IS_OWN);
	assert_int_equal(find(&grants, 0x1800, 0x27ff, 1001), REMNANT_UNKNOWN);
	assert_int_equal(find(&grants, 0x2000, 0x37ff, 1000), REMNANT_UNKNOWN);
	assert_int_equal(find(&grants, 0x2000, 0x47ff, 1000), REMNANT_UNKNOWN);
	assert_int_equal(find(&grants, 0xfff, 0x1fff, 1000), REMNANT_UNKNOWN);
	/* Nobody is the user of zeros. */
	assert_int_equal(find(&grants, 0x2000, 0x2fff, REMNANT_ZERO),
			 REMNANT_UNKNOWN);
	assert_int_equal(find(&grants, 0x1000, 0x1fff, REMNANT_ZERO),
			 REMNANT_IS_ZERO);
	lease_remnant_find(&grants, &range, 1, 1000, &whole);
	assert_non_null(whole);
	assert_int_equal(strlen(whole->incarnation), 32);
	assert_int_equal(lease_remnant_find(&grants, &range, 0, 1000, &whole),
			 REMNANT_UNKNOWN);
	policy_grants_clear(&grants);
}

static void test_cut(void **state _unused_)
{
	struct policy_grants grants = { 0 };
	const struct phys_range left = { 0x1000, 0x17ff };
	const struct policy_remnant *whole;

	add(&grants, 0x1000, 0x2fff, 1000, false);
	assert_int_equal(
		lease_remnant_cut(&grants,
				  (struct phys_range){ 0x3000, 0x3fff }),
		0);
	assert_int_equal(
		lease_remnant_cut(&grants,
				  (struct phys_range){ 0x1800, 0x1fff }),
		1);
	assert_int_equal(grants.n_remnants, 2);
	assert_int_equal(find(&grants, 0x1800, 0x1fff, 1000), REMNANT_UNKNOWN);
	assert_int_equal(find(&grants, 0x2000, 0x2fff, 1000), REMNANT_IS_OWN);
	/* A part is not what its user had. */
	lease_remnant_find(&grants, &left, 1, 1000, &whole);
	assert_string_equal(whole->incarnation, "");
	policy_grants_clear(&grants);
}

static void test_joined(void **state _unused_)
{
	struct policy_grants grants = { 0 };

	add(&grants, 0x1000, 0x1fff, 1000, true);
	add(&grants, 0x3000, 0x3fff, 1001, true);
	add(&grants, 0x2000, 0x2fff, 1002, true);
	assert_int_equal(grants.n_remnants, 1);
	assert_int_equal(find(&grants, 0x1000, 0x3fff, 1), REMNANT_IS_ZERO);
	/* The last user counts. */
	add(&grants, 0x2000, 0x2fff, 1003, false);
	assert_int_equal(grants.n_remnants, 3);
	assert_int_equal(find(&grants, 0x1000, 0x3fff, 1003), REMNANT_IS_OWN);
	policy_grants_clear(&grants);
}

static void test_ledger(void **state _unused_)
{
	struct policy_grants in_force = { 0 }, later = { 0 }, draft;
	struct policy_grant grant = grant_of(0x1000, 0x1fff, 1000);
	struct lease_ledger ledger = { 0 };
	struct tree root;

	tree_make(&root);
	tree_folder(&root, "run", 0755);
	ledger.root_fd = root.fd;
	assert_int_equal(lease_ledger_draft(&ledger, &draft), -EAGAIN);
	lease_ledger_attach(&ledger, &in_force);
	assert_int_equal(lease_ledger_draft(&ledger, &draft), 0);
	assert_int_equal(policy_grants_put(&draft, &grant), 0);
	assert_int_equal(lease_ledger_commit(&ledger, &draft), 0);
	assert_int_equal(in_force.n, 1);
	/* Whatever another reading of the file has found. */
	grant.uid = 1;
	assert_int_equal(policy_grants_put(&later, &grant), 0);
	lease_ledger_attach(&ledger, &later);
	assert_int_equal(in_force.n, 0);
	assert_int_equal(later.items[0].uid, 1000);
	/* The file goes with the last one. */
	assert_int_equal(lease_ledger_draft(&ledger, &draft), 0);
	policy_grants_drop(&draft, grant.id);
	assert_int_equal(lease_ledger_commit(&ledger, &draft), 0);
	assert_int_equal(faccessat(root.fd, "run/daxbroker/grants", F_OK, 0),
			 -1);
	policy_grants_clear(&later);
	tree_remove(&root);
}

static void test_fifo(void **state _unused_)
{
	struct policy_grants grants = { 0 };
	const struct policy_grant grant = grant_of(6, 7, 0);
	struct tree root;
	struct stat st;
	int reader, writer, again;

	tree_make(&root);
	tree_folder(&root, "run", 0755);
	assert_int_equal(lease_fifo_open(root.fd, 7), -ENOENT);
	assert_int_equal(lease_fifo_make(root.fd, 7, &reader, &writer), 0);
	assert_int_equal(fstatat(root.fd,
				 "run/daxbroker/leases/0000000000000007", &st,
				 0),
			 0);
	assert_int_equal(st.st_mode, S_IFIFO | 0600);
	assert_int_equal(fstatat(root.fd, "run/daxbroker/leases", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_true(lease_fifo_has_writer(reader));
	assert_int_equal(write(writer, "xyz", 3), 3);
	again = lease_fifo_open(root.fd, 7);
	assert_true(again >= 0);
	assert_true(lease_fifo_has_writer(again));
	close(writer);
	assert_false(lease_fifo_has_writer(reader));
	close(again);
	again = lease_fifo_open(root.fd, 7);
	assert_false(lease_fifo_has_writer(again));
	assert_int_equal(policy_grants_put(&grants, &grant), 0);
	lease_fifo_trim(root.fd, &grants);
	assert_int_equal(faccessat(root.fd,
				   "run/daxbroker/leases/0000000000000007",
				   F_OK, 0),
			 0);
	policy_grants_clear(&grants);
	lease_fifo_trim(root.fd, &grants);
	assert_int_equal(lease_fifo_open(root.fd, 7), -ENOENT);
	/* Something else of its name is none, and is not followed. */
	assert_int_equal(symlinkat("/dev/null", root.fd,
				   "run/daxbroker/leases/0000000000000007"),
			 0);
	assert_true(lease_fifo_open(root.fd, 7) < 0);
	tree_text(&root, "run/daxbroker/leases/0000000000000008", "");
	assert_int_equal(lease_fifo_open(root.fd, 8), -EINVAL);
	close(reader);
	close(again);
	tree_remove(&root);
}

#define NODES "dev/daxbroker/leases"
#define NODE_7 NODES "/0000000000000007"

static void expect_node(const struct tree *root, const char *path, uid_t uid,
			mode_t mode, struct stat *ret)
{
	assert_int_equal(fstatat(root->fd, path, ret, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(ret->st_mode, S_IFCHR | mode);
	assert_int_equal(ret->st_uid, uid);
	assert_int_equal(ret->st_gid, 0);
}

static void expect_nothing(const struct tree *root, const char *path)
{
	struct stat st;

	assert_int_equal(fstatat(root->fd, path, &st, AT_SYMLINK_NOFOLLOW), -1);
	assert_int_equal(errno, ENOENT);
}

/* Descriptors of nodes are open for nothing. */
static void make_node(const struct tree *root, uint64_t id, uid_t uid,
		      unsigned int minor)
{
	int fd = lease_path_make(root->fd, id, uid, 1, minor);
	char byte;

	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFL) & O_PATH);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(read(fd, &byte, 1), -1);
	close(fd);
}

/* Only root can make one. */
static bool can_make_nodes(const struct tree *root)
{
	if (mknodat(root->fd, "node", S_IFCHR | 0600, makedev(1, 3)) < 0)
		return false;
	unlinkat(root->fd, "node", 0);
	return geteuid() == 0;
}

static void test_path(void **state _unused_)
{
	struct stat st, other;
	struct tree root;
	mode_t mask;

	tree_make(&root);
	if (!can_make_nodes(&root)) {
		tree_remove(&root);
		skip();
	}
	assert_int_equal(lease_path_take(root.fd, 7), 0);
	tree_folder(&root, "dev", 0755);
	assert_int_equal(lease_path_take(root.fd, 7), 0);
	mask = umask(0077);
	make_node(&root, 7, 1000, 3);
	umask(mask);
	expect_node(&root, NODE_7, 1000, 0600, &st);
	assert_int_equal(st.st_rdev, makedev(1, 3));
	assert_int_equal(fstatat(root.fd, NODES, &other, 0), 0);
	assert_int_equal(other.st_mode, S_IFDIR | 0755);
	assert_int_equal(fstatat(root.fd, "dev/daxbroker", &other, 0), 0);
	assert_int_equal(other.st_mode, S_IFDIR | 0755);
	/* It stays as it is. */
	make_node(&root, 7, 1000, 3);
	expect_node(&root, NODE_7, 1000, 0600, &other);
	assert_int_equal(other.st_ino, st.st_ino);
	/* What its owner has made of it goes with it. */
	assert_int_equal(fchmodat(root.fd, NODE_7, 0666, 0), 0);
	assert_int_equal(linkat(root.fd, NODE_7, root.fd, "link", 0), 0);
	make_node(&root, 7, 1000, 5);
	expect_node(&root, "link", 0, 0, &other);
	assert_int_equal(other.st_nlink, 1);
	expect_node(&root, NODE_7, 1000, 0600, &other);
	assert_int_equal(other.st_rdev, makedev(1, 5));
	assert_int_not_equal(other.st_ino, st.st_ino);
	make_node(&root, 7, 1001, 5);
	expect_node(&root, NODE_7, 1001, 0600, &other);
	assert_int_equal(unlinkat(root.fd, "link", 0), 0);
	assert_int_equal(linkat(root.fd, NODE_7, root.fd, "link", 0), 0);
	assert_int_equal(lease_path_take(root.fd, 7), 0);
	expect_nothing(&root, NODE_7);
	expect_node(&root, "link", 0, 0, &other);
	assert_int_equal(lease_path_take(root.fd, 7), 0);
	/* A link is not followed. */
	assert_int_equal(symlinkat("../../../link", root.fd, NODE_7), 0);
	assert_int_equal(fchmodat(root.fd, "link", 0644, 0), 0);
	make_node(&root, 7, 1000, 3);
	expect_node(&root, NODE_7, 1000, 0600, &other);
	expect_node(&root, "link", 0, 0644, &other);
	tree_remove(&root);
}

/* Those of leases that run stay, and no others. */
static void test_path_trim(void **state _unused_)
{
	static const struct {
		enum policy_grant_state state;
		enum policy_clear clear;
		bool path, stays;
	} cases[] = {
		{ POLICY_GRANT_ACTIVE, POLICY_CLEAR_NO, true, true },
		{ POLICY_GRANT_ACTIVE, POLICY_CLEAR_NO, false, false },
		{ POLICY_GRANT_ACTIVE, POLICY_CLEAR_ZERO, true, false },
		{ POLICY_GRANT_MAKING, POLICY_CLEAR_NO, true, false },
		{ POLICY_GRANT_READY, POLICY_CLEAR_NO, true, false },
		{ POLICY_GRANT_DRAINING, POLICY_CLEAR_NO, true, false },
		{ POLICY_GRANT_RELEASING, POLICY_CLEAR_TAKE, true, false },
	};
	struct policy_grants grants = { 0 };
	struct policy_grant grant;
	struct tree root;
	struct stat st;

	tree_make(&root);
	if (!can_make_nodes(&root)) {
		tree_remove(&root);
		skip();
	}
	tree_folder(&root, "dev", 0755);
	assert_int_equal(lease_path_trim(root.fd, &grants), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		grant = grant_of(6, 7, 1000);
		grant.state = cases[i].state;
		grant.clear = cases[i].clear;
		grant.path = cases[i].path;
		policy_grants_clear(&grants);
		assert_int_equal(policy_grants_put(&grants, &grant), 0);
		make_node(&root, 7, 1000, 3);
		make_node(&root, 8, 1000, 3);
		assert_int_equal(linkat(root.fd, NODES "/0000000000000008",
					root.fd, "link", 0),
				 0);
		assert_int_equal(lease_path_trim(root.fd, &grants), 0);
		expect_nothing(&root, NODES "/0000000000000008");
		expect_node(&root, "link", 0, 0, &st);
		assert_int_equal(unlinkat(root.fd, "link", 0), 0);
		if (cases[i].stays)
			expect_node(&root, NODE_7, 1000, 0600, &st);
		else
			expect_nothing(&root, NODE_7);
	}
	policy_grants_clear(&grants);
	tree_remove(&root);
}

static int check_quota(const struct lease_quota *quota, uid_t uid)
{
	const struct policy_pool pool = { .name = "hbm", .max_per_user = 100 };
	const struct lease_request request = { .uid = uid };
	_cleanup_free_ char *why = NULL;
	int r = lease_quota_check(quota, &pool, &request, 10, &why);

	assert_int_equal(r < 0, why != NULL);
	return r;
}

static void test_quota(void **state _unused_)
{
	struct lease lease = { .size = 50, .grant = { .pool = "hbm" } };
	struct lease_quota quota = { 0 };

	lease.grant.uid = 1000;
	lease.grant.state = POLICY_GRANT_ACTIVE;
	lease_quota_count(&quota, &lease, "hbm", 1000);
	lease_quota_count(&quota, &lease, "hbm", 1001);
	lease.waiting = true;
	lease_quota_count(&quota, &lease, "other", 1000);
	assert_int_equal(quota.n_leases, 1);
	assert_int_equal(quota.n_waiting, 1);
	assert_int_equal(quota.bytes, 50);
	quota.bytes = 90;
	assert_int_equal(check_quota(&quota, 1000), 0);
	quota.bytes = 91;
	assert_int_equal(check_quota(&quota, 1000), -EDQUOT);
	assert_int_equal(check_quota(&quota, 0), 0);
	quota.bytes = UINT64_MAX;
	assert_int_equal(check_quota(&quota, 1000), -EDQUOT);
	quota = (struct lease_quota){ .n_waiting = QUOTA_WAITING };
	assert_int_equal(check_quota(&quota, 1000), -EDQUOT);
	assert_int_equal(check_quota(&quota, 0), 0);
	quota = (struct lease_quota){ .n_leases = QUOTA_LEASES };
	assert_int_equal(check_quota(&quota, 1000), -EDQUOT);
	quota.n_leases--;
	assert_int_equal(check_quota(&quota, 1000), 0);
}

static void test_ids(void **state _unused_)
{
	struct lease_table table = { 0 };
	const struct lease_entry *a, *b, *c;

	a = lease_table_add(&table, 0, 100);
	b = lease_table_add(&table, 0, 100);
	/* The clock was set back. */
	c = lease_table_add(&table, 0, 7);
	assert_int_equal(a->lease.grant.id, 100);
	assert_int_equal(b->lease.grant.id, 101);
	assert_int_equal(c->lease.grant.id, 102);
	lease_table_remove(&table, 102);
	c = lease_table_add(&table, 0, 7);
	assert_int_equal(c->lease.grant.id, 103);
	lease_table_add(&table, 5, 0);
	assert_int_equal(table.entries[0]->lease.grant.id, 5);
	assert_ptr_equal(lease_table_find(&table, 101), b);
	assert_null(lease_table_find(&table, 102));
	lease_table_clear(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_content),	  cmocka_unit_test(test_cut),
		cmocka_unit_test(test_joined),	  cmocka_unit_test(test_ledger),
		cmocka_unit_test(test_fifo),	  cmocka_unit_test(test_path),
		cmocka_unit_test(test_path_trim), cmocka_unit_test(test_quota),
		cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
