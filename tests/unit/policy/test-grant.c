// SPDX-License-Identifier: GPL-2.0-or-later
/* What leases have, in memory and in the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "policy/grant.h"

#define MIB (UINT64_C(1) << 20)
#define INCARNATION "0123456789abcdef0123456789abcdef"

#define HEAD "[Grant]\nId=00000000000000aa\nPool=hbm\n"
#define TAIL "Ranges=0x1000-0x1fff\nAlign=4096\nUser=7\n"
#define WHOLE HEAD "State=active\nClear=no\n" TAIL

static struct policy_grant make(uint64_t id, uint64_t start, uint64_t size)
{
	return (struct policy_grant){
		.id = id,
		.pool = "hbm",
		.state = POLICY_GRANT_ACTIVE,
		.ranges = { { start, start + size - 1 } },
		.n_ranges = 1,
		.align = 2 * MIB,
		.uid = 1000,
	};
}

static struct policy_grant make_full(void)
{
	struct policy_grant grant = make(0xfedcba9876543210, MIB, MIB);

	grant.state = POLICY_GRANT_RELEASING;
	grant.clear = POLICY_CLEAR_TAKE;
	grant.ranges[1] = (struct phys_range){ 4 * MIB, UINT64_MAX };
	grant.n_ranges = 2;
	grant.pid = 77;
	strcpy(grant.unit, "a@\\x2d.service");
	strcpy(grant.name, "db");
	strcpy(grant.incarnation, INCARNATION);
	grant.revocable = true;
	grant.path = true;
	grant.deadline = UINT64_MAX;
	grant.since = 5;
	return grant;
}

static void put(struct policy_grants *grants, const struct policy_grant *grant)
{
	assert_int_equal(policy_grants_put(grants, grant), 0);
}

/* By id, each once. */
static void test_order(void **state _unused_)
{
	struct policy_grants grants = { 0 };
	struct policy_grant grant;

	for (uint64_t id = 5; id > 0; id--) {
		grant = make(id, id * MIB, MIB);
		put(&grants, &grant);
	}
	assert_int_equal(grants.n, 5);
	for (uint64_t id = 1; id <= 5; id++) {
		assert_int_equal(grants.items[id - 1].id, id);
		assert_ptr_equal(policy_grants_find(&grants, id),
				 &grants.items[id - 1]);
	}
	assert_null(policy_grants_find(&grants, 6));
	grant = make(3, 100 * MIB, MIB);
	put(&grants, &grant);
	assert_int_equal(grants.n, 5);
	assert_int_equal(policy_grants_find(&grants, 3)->ranges[0].start,
			 100 * MIB);
	policy_grants_drop(&grants, 3);
	policy_grants_drop(&grants, 3);
	assert_int_equal(grants.n, 4);
	assert_null(policy_grants_find(&grants, 3));
	assert_non_null(policy_grants_find(&grants, 4));
	policy_grants_clear(&grants);
}

static void test_shared_memory(void **state _unused_)
{
	struct policy_grant one = make(1, 10 * MIB, 10 * MIB);
	struct policy_grant other = make(2, 0, 5 * MIB);
	struct policy_grants grants = { 0 };

	put(&grants, &one);
	other.ranges[1] = (struct phys_range){ 19 * MIB, 21 * MIB - 1 };
	other.n_ranges = 2;
	assert_int_equal(policy_grants_put(&grants, &other), -EEXIST);
	other.ranges[1].start = 20 * MIB;
	put(&grants, &other);
	/* It may lie where it lay before. */
	one.ranges[0].start += MIB;
	put(&grants, &one);
	assert_ptr_equal(policy_grants_find_at(&grants, &one.ranges[0], 1),
			 &grants.items[0]);
	assert_ptr_equal(policy_grants_find_at(&grants, &other.ranges[1], 1),
			 &grants.items[1]);
	assert_null(policy_grants_find_at(
		&grants, &(struct phys_range){ 6 * MIB, 11 * MIB - 1 }, 1));
	policy_grants_clear(&grants);
}

static void test_too_many(void **state _unused_)
{
	struct policy_grants grants = { 0 };
	struct policy_grant grant;

	for (uint64_t id = 1; id <= POLICY_GRANTS_MAX; id++) {
		grant = make(id, id * MIB, MIB);
		put(&grants, &grant);
	}
	grant = make(POLICY_GRANTS_MAX + 1, 0, MIB);
	assert_int_equal(policy_grants_put(&grants, &grant), -ENOSPC);
	grant = make(7, 0, MIB);
	put(&grants, &grant);
	policy_grants_clear(&grants);
}

/* Nothing gets in that a file could not have. */
static void test_nonsense(void **state _unused_)
{
	struct policy_grants grants = { 0 };
	struct policy_grant grant;

#define EXPECT_REFUSED(change)                                                 \
	do {                                                                   \
		grant = make_full();                                           \
		change;                                                        \
		assert_int_equal(policy_grants_put(&grants, &grant), -EINVAL); \
	} while (0)

	EXPECT_REFUSED(grant.id = 0);
	EXPECT_REFUSED(grant.pool[0] = '\0');
	EXPECT_REFUSED(strcpy(grant.pool, "a\nb"));
	EXPECT_REFUSED(memset(grant.pool, 'a', sizeof(grant.pool)));
	EXPECT_REFUSED(grant.state = POLICY_GRANT_STATES);
	EXPECT_REFUSED(grant.clear = POLICY_CLEAR_COUNT);
	EXPECT_REFUSED(grant.n_ranges = 0);
	EXPECT_REFUSED(grant.n_ranges = POLICY_GRANT_RANGES_MAX + 1);
	EXPECT_REFUSED(grant.ranges[0].end = grant.ranges[0].start - 1);
	EXPECT_REFUSED(grant.ranges[1].start = grant.ranges[0].end);
	EXPECT_REFUSED(grant.align = 0);
	EXPECT_REFUSED(grant.align = 3 * MIB);
	EXPECT_REFUSED(grant.pid = -1);
	EXPECT_REFUSED(strcpy(grant.unit, "a b.service"));
	EXPECT_REFUSED(strcpy(grant.unit, "a\\"));
	EXPECT_REFUSED(memset(grant.unit, 'a', sizeof(grant.unit)));
	EXPECT_REFUSED(strcpy(grant.name, "1"));
	EXPECT_REFUSED(strcpy(grant.incarnation, "0123"));
	EXPECT_REFUSED(grant.incarnation[0] = 'g');
#undef EXPECT_REFUSED
	assert_int_equal(grants.n, 0);
}

static void expect_same(const struct policy_grants *a,
			const struct policy_grants *b)
{
	assert_int_equal(a->n, b->n);
	assert_memory_equal(a->items, b->items, a->n * sizeof(*a->items));
	assert_int_equal(a->n_remnants, b->n_remnants);
	assert_memory_equal(a->remnants, b->remnants,
			    a->n_remnants * sizeof(*a->remnants));
}

static void add_remnant(struct policy_grants *grants, uint64_t start, uid_t uid)
{
	struct policy_remnant remnant = {
		.range = { start, start + MIB - 1 },
		.uid = uid,
	};

	if (uid != (uid_t)-1)
		strcpy(remnant.incarnation, INCARNATION);
	assert_int_equal(policy_grants_add_remnant(grants, &remnant), 0);
	assert_int_equal(policy_grants_add_remnant(grants, &remnant), -EEXIST);
}

static void test_round_trip(void **state _unused_)
{
	struct policy_grants grants = { 0 }, again = { 0 }, copy = { 0 };
	struct policy_grant full = make_full(), plain = make(1, 0, MIB);
	_cleanup_free_ char *text = NULL;

	put(&grants, &full);
	put(&grants, &plain);
	add_remnant(&grants, 9 * MIB, 1000);
	add_remnant(&grants, 5 * MIB, (uid_t)-1);
	text = policy_grants_print(&grants);
	assert_non_null(text);
	assert_int_equal(policy_grants_parse(&again, text, strlen(text)), 0);
	expect_same(&grants, &again);
	assert_int_equal(policy_grants_copy(&grants, &copy), 0);
	expect_same(&grants, &copy);
	/* They can grow. */
	plain = make(2, 3 * MIB, MIB);
	put(&copy, &plain);
	put(&again, &plain);
	expect_same(&copy, &again);
	policy_grants_clear(&grants);
	policy_grants_clear(&again);
	policy_grants_clear(&copy);
}

static void expect_parse(const char *text, int error)
{
	struct policy_grants grants = { 0 };
	int r = policy_grants_parse(&grants, text, strlen(text));

	if (r != error)
		fail_msg("%d instead of %d: %s", r, error, text);
	policy_grants_clear(&grants);
}

static void test_files(void **state _unused_)
{
	expect_parse("", 0);
	expect_parse("# nothing\n", 0);
	expect_parse(WHOLE, 0);
	expect_parse("Id=00000000000000aa\n", -EINVAL);
	expect_parse("[Lease]\n", -EINVAL);
	expect_parse("[Grant]\n", -EINVAL);
	expect_parse("[Remnant]\n", -EINVAL);
	expect_parse("[Remnant]\nRange=0x0-0x1\n", 0);
	expect_parse("[Remnant]\nRange=0x0-0x1\nUser=-1\n", -EINVAL);
	expect_parse("[Remnant]\nRange=0x0-0x1\nUser=4294967295\n", -EINVAL);
	expect_parse("[Remnant]\nRange=0x2-0x1\n", -EINVAL);
	expect_parse("[Remnant]\nRange=0x0-0x1\nIncarnation=1\n", -EINVAL);
	expect_parse("[Remnant]\nRange=0x0-0x1\n[Remnant]\nRange=0x1-0x2\n",
		     -EEXIST);
	expect_parse(HEAD TAIL, -EINVAL);
	expect_parse(HEAD "State=active\nClear=maybe\n" TAIL, -EINVAL);
	expect_parse(HEAD "State=dead\nClear=no\n" TAIL, -EINVAL);
	expect_parse(WHOLE WHOLE, -EINVAL);
	expect_parse(WHOLE "Id=aa\n", -EINVAL);
	expect_parse(WHOLE "Id=0000000000000000\n", -EINVAL);
	expect_parse(WHOLE "Id=00000000000000AA\n", -EINVAL);
	expect_parse(WHOLE "Ranges=\n", -EINVAL);
	expect_parse(WHOLE "Ranges=0x1-0x2 0x3\n", 0);
	expect_parse(WHOLE "Ranges=0x3-0x4 0x1-0x2\n", -EINVAL);
	expect_parse(WHOLE "Ranges=1 3 5 7 9 11 13 15 17 19 21 23 25 27 29 31 "
			   "33\n",
		     -EINVAL);
	expect_parse(WHOLE "Align=3\n", -EINVAL);
	expect_parse(WHOLE "Align=18446744073709551616\n", -EINVAL);
	expect_parse(WHOLE "Process=2147483648\n", -EINVAL);
	expect_parse(WHOLE "Revocable=maybe\n", -EINVAL);
	expect_parse(WHOLE "Deadline=-1\n", -EINVAL);
	expect_parse(WHOLE "Color=red\n", -EINVAL);
	expect_parse(WHOLE "nonsense\n", -EINVAL);
	expect_parse(WHOLE "[Grant]\nId=00000000000000ab\nPool=hbm\n"
			   "State=active\nClear=no\n" TAIL,
		     -EEXIST);
}

static void test_states(void **state _unused_)
{
	assert_string_equal(policy_grant_state_name(POLICY_GRANT_MAKING),
			    "making");
	assert_string_equal(policy_grant_state_name(POLICY_GRANT_RELEASING),
			    "releasing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_shared_memory),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
