// SPDX-License-Identifier: GPL-2.0-or-later
/* Who may lease memory of a pool, and in what units it comes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "policy/file.h"
#include "policy/pool.h"
#include "policy/set-load.h"
#include "policy/set.h"
#include "tree.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

#define PASSWD               \
	"root:x:0:0::/:\n"   \
	"db:x:26:26::/:\n"   \
	"broken:x\n"         \
	"odd:x:many:1::/:\n" \
	"weird:7:5::/:\n"    \
	"dbx:x:27:27::/:\n"  \
	"last:x:99"
#define GROUP "root:x:0:\ndb:x:126:a,b\n"

static void test_granule(void **state _unused_)
{
	struct policy_pool pool = { .granule = 0 };

	assert_int_equal(policy_pool_granule(&pool, 0), GIB);
	assert_int_equal(policy_pool_granule(&pool, 128 * MIB), GIB);
	assert_int_equal(policy_pool_granule(&pool, 2 * GIB), 2 * GIB);
	pool.granule = 200 * MIB;
	assert_int_equal(policy_pool_granule(&pool, 128 * MIB), 256 * MIB);
	assert_int_equal(policy_pool_granule(&pool, 0), 200 * MIB);
	pool.granule = 512 * MIB;
	assert_int_equal(policy_pool_granule(&pool, 128 * MIB), 512 * MIB);
}

static bool allows(const char *users, const char *groups, uid_t uid,
		   gid_t group)
{
	const gid_t all[] = { 5000, group };
	struct policy_pool pool = { .users = users ? strdup(users) : NULL,
				    .groups = groups ? strdup(groups) : NULL };
	bool answer;

	assert_int_equal(policy_pool_resolve(&pool, PASSWD, GROUP), 0);
	/* Each time anew. */
	assert_int_equal(policy_pool_resolve(&pool, PASSWD, GROUP), 0);
	answer = policy_pool_allows(&pool, uid, all, ARRAY_SIZE(all));
	policy_pool_done(&pool);
	return answer;
}

static void test_everybody(void **state _unused_)
{
	assert_true(allows(NULL, NULL, 1000, 1000));
	assert_true(allows("db", NULL, 0, 1000));
}

static void test_users(void **state _unused_)
{
	assert_true(allows("db", NULL, 26, 1000));
	assert_false(allows("db", NULL, 27, 1000));
	assert_false(allows("db", NULL, 1000, 26));
	assert_true(allows("db 27 1000", NULL, 1000, 1));
	assert_true(allows("nobody\tlast", NULL, 99, 1));
	assert_false(allows("nobody broken odd x", NULL, 1000, 1));
	assert_false(allows("nobody", NULL, (uid_t)-1, 1));
	assert_false(allows("weir", NULL, 7, 1));
}

static void test_groups(void **state _unused_)
{
	assert_true(allows(NULL, "db", 1000, 126));
	assert_true(allows("db", "5000", 1000, 1));
	assert_false(allows(NULL, "db", 26, 26));
	assert_false(allows(NULL, "nobody", 1000, 1000));
	assert_true(allows("db", "db", 26, 1));
}

/* Of the machine below the root, and not of what may be changed by others. */
static void test_loaded(void **state _unused_)
{
	static const char policy[] = "[Match]\nDevice=*\n"
				     "[Region]\nMode=pool\n"
				     "[Pool]\nName=a\nAllowUsers=db\n"
				     "AllowUsers=28\nAllowGroups=x\n"
				     "AllowGroups=\nAllowGroups=db\n";
	_cleanup_policy_set_ struct policy_set *set = NULL;
	const struct policy_pool *pool;
	struct tree tree;

	tree_make(&tree);
	tree_text(&tree, "etc/daxbroker/10.region", policy);
	tree_text(&tree, "etc/passwd", PASSWD);
	assert_int_equal(policy_set_load(tree.fd, getuid(), &set), 0);
	tree_remove(&tree);
	pool = &set->files[0]->pool;
	assert_string_equal(pool->users, "db 28");
	assert_string_equal(pool->groups, "db");
	assert_true(policy_pool_allows(pool, 26, NULL, 0));
	assert_true(policy_pool_allows(pool, 28, NULL, 0));
	/* There is no group(5). */
	assert_false(policy_pool_allows(pool, 29, (gid_t[]){ 126 }, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_granule),
		cmocka_unit_test(test_everybody),
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_loaded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
