// SPDX-License-Identifier: GPL-2.0-or-later
/* diagnose() over usages made here: two blocks of a device on node 1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plan/diagnose.h"

#define MIB_PAGES 256

struct machine {
	struct facts_snapshot snapshot;
	struct facts_node nodes[2];
	struct facts_device device;
	struct facts_usage usage;
	struct facts_block_pages blocks[2];
	struct facts_resident resident;
	struct facts_huge_pool pool;
};

static void machine_init(struct machine *m, enum facts_zone zone)
{
	*m = (struct machine){
		.nodes = { { .id = 0, .free = UINT64_C(1) << 30 },
			   { .id = 1, .free = UINT64_C(1) << 40 } },
		.device = { .name = (char *)"dax0.0",
			    .target_node = 1,
			    .possible_blocks = 2 },
		.blocks = { { .id = 32, .zone = zone },
			    { .id = 33, .zone = zone } },
		.resident = { .pid = 42,
			      .command = (char *)"fio",
			      .cgroup = (char *)"/db.service",
			      .pages = MIB_PAGES },
		.usage = { .page_size = 4096,
			   .pages_known = true,
			   .residents_known = true,
			   .n_blocks = 2 },
	};
	m->snapshot.nodes = m->nodes;
	m->snapshot.n_nodes = 2;
	m->usage.blocks = m->blocks;
	m->usage.residents = &m->resident;
	m->usage.pools = &m->pool;
}

/* The diagnosis is this; of its findings the first is of this kind and says
 * this (NULL: there is none). */
static void expect(const struct machine *m, enum diagnosis_verdict verdict,
		   const char *kind, const char *what)
{
	_cleanup_diagnosis_ struct diagnosis *d = NULL;

	assert_int_equal(diagnose(&m->snapshot, &m->device, &m->usage, &d), 0);
	assert_non_null(d->summary);
	if (!kind) {
		assert_int_equal(d->n_findings, 0);
	} else {
		assert_true(d->n_findings > 0);
		assert_string_equal(d->findings[0].kind, kind);
		if (!strstr(d->findings[0].what, what))
			fail_msg("no '%s' in '%s'", what, d->findings[0].what);
	}
	assert_string_equal(diagnosis_verdict_name(d->verdict),
			    diagnosis_verdict_name(verdict));
}

static void test_nothing(void **state _unused_)
{
	struct machine m;

	machine_init(&m, FACTS_ZONE_MOVABLE);
	expect(&m, DIAGNOSIS_FREE, NULL, NULL);
	m.usage.n_blocks = 0;
	m.usage.pages_known = false;
	expect(&m, DIAGNOSIS_FREE, NULL, NULL);
}

static void test_kinds(void **state _unused_)
{
	static const struct {
		enum facts_page_kind kind;
		enum diagnosis_verdict verdict;
	} cases[] = {
		{ FACTS_PAGE_ANON, DIAGNOSIS_FREE },
		{ FACTS_PAGE_FILE, DIAGNOSIS_FREE },
		{ FACTS_PAGE_MLOCKED, DIAGNOSIS_FREE },
		{ FACTS_PAGE_POISONED, DIAGNOSIS_FREE },
		{ FACTS_PAGE_HELD, DIAGNOSIS_BLOCKED },
		{ FACTS_PAGE_SLAB, DIAGNOSIS_BLOCKED },
		{ FACTS_PAGE_TABLE, DIAGNOSIS_BLOCKED },
		{ FACTS_PAGE_RESERVED, DIAGNOSIS_BLOCKED },
		{ FACTS_PAGE_BALLOONED, DIAGNOSIS_BLOCKED },
		{ FACTS_PAGE_KERNEL, DIAGNOSIS_BLOCKED },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct machine m;

		machine_init(&m, FACTS_ZONE_KERNEL);
		m.blocks[1].n[cases[i].kind] = 3;
		expect(&m, cases[i].verdict,
		       facts_page_kind_name(cases[i].kind), "3 (12K) ");
		expect(&m, cases[i].verdict,
		       facts_page_kind_name(cases[i].kind), " in memory33");
	}
}

static void test_kernel_pages(void **state _unused_)
{
	struct machine m;

	machine_init(&m, FACTS_ZONE_KERNEL);
	m.blocks[0].n[FACTS_PAGE_KERNEL] = 30;
	m.blocks[1].n[FACTS_PAGE_KERNEL] = 30;
	m.usage.set_aside = 60;
	expect(&m, DIAGNOSIS_FREE, "kernel", "set aside, in memory32-33");
	m.usage.set_aside = 59;
	expect(&m, DIAGNOSIS_BLOCKED, "kernel", "60 (240K) ");
	machine_init(&m, FACTS_ZONE_MOVABLE);
	m.blocks[0].n[FACTS_PAGE_KERNEL] = 30;
	expect(&m, DIAGNOSIS_FREE, NULL, NULL);
	/* its own memmap */
	m.device.memmap_on_memory = 1;
	m.blocks[0].n[FACTS_PAGE_RESERVED] = 512;
	expect(&m, DIAGNOSIS_FREE, NULL, NULL);
}

static void test_processes(void **state _unused_)
{
	struct machine m;

	machine_init(&m, FACTS_ZONE_KERNEL);
	m.usage.n_residents = 1;
	expect(&m, DIAGNOSIS_FREE, NULL, NULL);
	m.resident.locked = MIB_PAGES;
	expect(&m, DIAGNOSIS_FREE, "mlocked",
	       "process 42 (fio, in /db.service) has locked 1M");
	m.resident.bound = 2 * MIB_PAGES;
	expect(&m, DIAGNOSIS_FREE, "bound",
	       "process 42 (fio, in /db.service) has 2M");
	m.resident.bound = 0;
	m.resident.pinned_bytes = 2 << 20;
	expect(&m, DIAGNOSIS_MAYBE, "pinner", "pinned 2M");
	m.resident.pinner = (char *)"/dev/vfio/7";
	expect(&m, DIAGNOSIS_MAYBE, "pinner", "/dev/vfio/7");
	/* which has no business in a movable zone */
	m.blocks[0].zone = m.blocks[1].zone = FACTS_ZONE_MOVABLE;
	expect(&m, DIAGNOSIS_FREE, "mlocked", "");
	m.resident.pinned = 2 * MIB_PAGES;
	m.resident.cgroup = NULL;
	expect(&m, DIAGNOSIS_BLOCKED, "pinned",
	       "process 42 (fio) has pinned 2M");
}

static void test_hugetlb(void **state _unused_)
{
	struct machine m;

	machine_init(&m, FACTS_ZONE_KERNEL);
	m.usage.n_pools = 1;
	m.pool = (struct facts_huge_pool){ .page_size = 2 << 20,
					   .n = 16,
					   .free = 16 };
	expect(&m, DIAGNOSIS_FREE, NULL, NULL); /* other memory's */
	m.blocks[0].n[FACTS_PAGE_HUGETLB] = 16 * 512;
	expect(&m, DIAGNOSIS_FREE, "hugetlb", "16 huge pages of 2M");
	m.pool.reserved = 1;
	expect(&m, DIAGNOSIS_BLOCKED, "hugetlb", "1 of all free ones");
	m.pool.free_elsewhere = 1;
	expect(&m, DIAGNOSIS_FREE, "hugetlb", "1 are free on other");
	m.pool.free = 14;
	expect(&m, DIAGNOSIS_MAYBE, "hugetlb", "2 used");
}

static void test_suspects(void **state _unused_)
{
	struct machine m;

	machine_init(&m, FACTS_ZONE_KERNEL);
	m.usage.n_suspects = 1;
	m.usage.suspects[0] = (struct facts_suspect){
		.pfn = 0x100006,
		.kind = FACTS_PAGE_ANON,
		.words = (char *)"migrating pfn 100006 failed ret:1",
	};
	expect(&m, DIAGNOSIS_MAYBE, "kernel-said", "migrating pfn 100006");
	m.usage.n_residents = 1;
	m.resident.suspects = 1;
	expect(&m, DIAGNOSIS_MAYBE, "kernel-said", "process 42 (fio");
	m.usage.n_residents = 0;
	m.usage.suspects[0].kind = FACTS_PAGE_FREE;
	expect(&m, DIAGNOSIS_FREE, "kernel-said", "now free");
	expect(&m, DIAGNOSIS_FREE, "kernel-said",
	       "now free (whether in the last attempt is not known): migr");
	m.usage.attempt_known = true;
	expect(&m, DIAGNOSIS_FREE, "kernel-said", "now free: migrating");
	m.usage.n_suspects = 0;
	m.usage.last_error = (char *)"op=unplug step=remove errno=16";
	expect(&m, DIAGNOSIS_FREE, "kernel-said", "step=remove");
}

static void test_room(void **state _unused_)
{
	struct machine m;

	machine_init(&m, FACTS_ZONE_MOVABLE);
	m.blocks[0].n[FACTS_PAGE_ANON] = 1024 * MIB_PAGES;
	expect(&m, DIAGNOSIS_FREE, "anon", "1G");
	m.blocks[1].n[FACTS_PAGE_MLOCKED] = 1;
	expect(&m, DIAGNOSIS_MAYBE, "no-room", "have 1G free");
}

static void test_unreadable(void **state _unused_)
{
	struct machine m;

	machine_init(&m, FACTS_ZONE_KERNEL);
	m.usage.residents_known = false;
	expect(&m, DIAGNOSIS_UNKNOWN, "unreadable", "processes");
	m.usage.pages_known = false;
	expect(&m, DIAGNOSIS_UNKNOWN, "unreadable", "kpageflags");
	m.usage.n_residents = 1;
	m.resident.pinned = 1;
	expect(&m, DIAGNOSIS_BLOCKED, "pinned", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_kernel_pages),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_hugetlb),
		cmocka_unit_test(test_suspects),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
