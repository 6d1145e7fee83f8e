// SPDX-License-Identifier: GPL-2.0-or-later
/* What memory is in use for, in a proc made by hand: page flags, processes with
 * their mappings, the kernel's log. That a real kernel's are read alike is seen
 * in a guest (tests/vm/cases/diagnose.sh). */
#include <fcntl.h>
#include <linux/kernel-page-flags.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/text-stream.h"
#include "facts/model/usage.h"
#include "facts/pagemap.h"
#include "facts/snapshot-read.h"
#include "facts/usage-read.h"
#include "tree.h"

#define GIB 0x40000000ULL
#define BLOCK_PAGES 0x8000
#define FIRST_PFN (32 * BLOCK_PAGES)
#define FLAG(name) (UINT64_C(1) << KPF_##name)
#define PRESENT (UINT64_C(1) << 63)
#define ADDRESS 0x10000000ULL

/* Words of 8 bytes at a place of a file, which is extended as needed. */
static void put_words(const struct tree *tree, const char *path, uint64_t at,
		      const uint64_t *words, size_t n)
{
	int fd = openat(tree->fd, path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, words, n * 8, (off_t)(at * 8)), n * 8);
	close(fd);
}

/* Two blocks: memory32 online in the kernel zone, memory33 offline. */
static void make_machine(struct tree *tree)
{
	const uint64_t end = 0;

	tree_open(tree);
	tree_add_system(tree);
	tree_add_hmem(tree, 0, 0, 4 * GIB, 256);
	tree_link(tree, "sys/devices/platform/hmem.0/dax0.0/driver",
		  "../../../../bus/dax/drivers/kmem");
	tree_add_block(tree, 32, 1, "online\n", "Normal Movable\n");
	tree_add_block(tree, 33, 1, "offline\n", "Normal Movable\n");
	tree_write(tree, "proc/1/numa_maps", "");
	put_words(tree, "proc/kpageflags", FIRST_PFN + BLOCK_PAGES - 1, &end,
		  1);
}

static struct facts_usage *
read_usage_since(const struct tree *tree, uint64_t since,
		 struct facts_snapshot **ret_snapshot)
{
	struct facts_usage *usage = NULL;

	assert_int_equal(facts_snapshot_read(tree->fd, ret_snapshot), 0);
	assert_int_equal(facts_usage_read(tree->fd, *ret_snapshot,
					  &(*ret_snapshot)->devices[0], since,
					  &usage),
			 0);
	return usage;
}

static struct facts_usage *read_usage(const struct tree *tree,
				      struct facts_snapshot **ret_snapshot)
{
	return read_usage_since(tree, 0, ret_snapshot);
}

static void test_kinds(void **state _unused_)
{
	static const struct {
		uint64_t flags;
		enum facts_page_kind kind;
	} cases[] = {
		{ FLAG(NOPAGE), FACTS_PAGE_NONE },
		{ FLAG(BUDDY), FACTS_PAGE_FREE },
		{ FLAG(ANON) | FLAG(MMAP) | FLAG(SWAPBACKED), FACTS_PAGE_ANON },
		{ FLAG(ANON) | FLAG(SWAPBACKED) | FLAG(LRU), FACTS_PAGE_HELD },
		{ FLAG(ANON) | FLAG(SWAPCACHE) | FLAG(LRU), FACTS_PAGE_ANON },
		{ FLAG(LRU) | FLAG(MMAP), FACTS_PAGE_FILE },
		{ FLAG(LRU) | UINT64_C(1) << 33, FACTS_PAGE_MLOCKED },
		{ FLAG(HUGE) | FLAG(ANON) | FLAG(MMAP), FACTS_PAGE_HUGETLB },
		{ FLAG(SLAB), FACTS_PAGE_SLAB },
		{ FLAG(PGTABLE), FACTS_PAGE_TABLE },
		{ FLAG(OFFLINE), FACTS_PAGE_BALLOONED },
		{ FLAG(HWPOISON) | FLAG(BUDDY), FACTS_PAGE_POISONED },
		{ UINT64_C(1) << 32, FACTS_PAGE_RESERVED },
		{ 0, FACTS_PAGE_KERNEL },
		{ FLAG(COMPOUND_TAIL), FACTS_PAGE_KERNEL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(
			facts_page_kind_name(facts_page_kind(cases[i].flags)),
			facts_page_kind_name(cases[i].kind));
}

static void test_pages(void **state _unused_)
{
	static const uint64_t flags[] = { FLAG(SLAB), FLAG(SLAB), FLAG(BUDDY),
					  FLAG(PGTABLE) };
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	_cleanup_facts_usage_ struct facts_usage *usage = NULL;
	_cleanup_tree_ struct tree tree;

	make_machine(&tree);
	put_words(&tree, "proc/kpageflags", FIRST_PFN, flags,
		  ARRAY_SIZE(flags));
	/* of another block */
	put_words(&tree, "proc/kpageflags", FIRST_PFN - 1, flags, 1);
	tree_write(
		&tree, "proc/zoneinfo",
		"Node 1, zone   Normal\n  pages free 3\n    cpu: 0\n"
		"              count: 7\n    cpu: 1\n              count: 5\n"
		"Node 1, zone  Movable\n              count: 900\n"
		"Node 0, zone   Normal\n              count: 800\n");
	usage = read_usage(&tree, &snapshot);
	assert_true(usage->pages_known);
	assert_int_equal(usage->n_blocks, 1);
	assert_int_equal(usage->blocks[0].id, 32);
	assert_int_equal(usage->blocks[0].n[FACTS_PAGE_SLAB], 2);
	assert_int_equal(usage->blocks[0].n[FACTS_PAGE_FREE], 1);
	assert_int_equal(usage->blocks[0].n[FACTS_PAGE_TABLE], 1);
	assert_int_equal(usage->blocks[0].n[FACTS_PAGE_KERNEL],
			 BLOCK_PAGES - 4);
	assert_int_equal(usage->set_aside, 12);
	assert_true(usage->residents_known);
	assert_int_equal(usage->n_residents, 0);
}

static void test_unreadable(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	_cleanup_facts_usage_ struct facts_usage *usage = NULL;
	_cleanup_tree_ struct tree tree;
	const uint64_t word = 0;

	make_machine(&tree);
	/* ends in the middle of the block */
	assert_int_equal(unlinkat(tree.fd, "proc/kpageflags", 0), 0);
	put_words(&tree, "proc/kpageflags", FIRST_PFN + 7, &word, 1);
	assert_int_equal(unlinkat(tree.fd, "proc/1/numa_maps", 0), 0);
	tree_link(&tree, "proc/1/numa_maps", "numa_maps");
	usage = read_usage(&tree, &snapshot);
	assert_false(usage->pages_known);
	assert_false(usage->residents_known);
}

/* A process with 4 pages of the device, of which one is locked and two are a
 * registered buffer, and one page that is not the device's. */
static void add_process(const struct tree *tree)
{
	static const uint64_t pages[] = {
		PRESENT | 77,
		PRESENT | (FIRST_PFN + 5),
		PRESENT | (FIRST_PFN + 6),
		PRESENT | (FIRST_PFN + 7),
		0,
	};
	static const uint64_t locked[] = { PRESENT | (FIRST_PFN + 9) };

	tree_write(tree, "proc/40/comm", "db\x1b\xff\n");
	tree_write(tree, "proc/40/cgroup",
		   "3:memory:/old\n1:name=systemd:/x\n0::/system.slice/db\n");
	tree_write(tree, "proc/40/status", "Name:\tdb\nVmPin:\t      64 kB\n");
	tree_write(tree, "proc/40/numa_maps",
		   "10000000 bind:1-2 anon=4 N0=1 N1=3 kernelpagesize_kB=4\n"
		   "20000000 default anon=9 N0=9 N11=1 kernelpagesize_kB=4\n"
		   "30000000 bind=static:1 anon=1 N1=1 kernelpagesize_kB=4\n");
	tree_write(tree, "proc/40/smaps",
		   "10000000-10005000 rw-p 00000000 00:00 0 \n"
		   "Rss:                  16 kB\n"
		   "VmFlags: rd wr mr mw me ac \n"
		   "20000000-20009000 rw-p 00000000 00:00 0 \n"
		   "VmFlags: rd wr lo \n"
		   "30000000-30001000 rw-p 00000000 00:00 0 \n"
		   "AnonHugePages:         0 kB\n"
		   "VmFlags: rd wr mr mw me lo ac \n");
	put_words(tree, "proc/40/pagemap", ADDRESS / 4096, pages,
		  ARRAY_SIZE(pages));
	put_words(tree, "proc/40/pagemap", 0x30000000 / 4096, locked, 1);
	tree_link(tree, "proc/40/fd/3", "anon_inode:[io_uring]");
	tree_link(tree, "proc/40/fd/4", "/dev/vfio/7");
	tree_link(tree, "proc/40/fd/5", "/dev/null");
	tree_write(tree, "proc/40/fdinfo/3",
		   "pos:\t0\nUserFiles:\t0\nUserBufs:\t2\n"
		   "    0: 0x10000000/12288\n    1: 0x40000000/4096\n"
		   "PollList:\n");
}

static void test_process(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	_cleanup_facts_usage_ struct facts_usage *usage = NULL;
	_cleanup_tree_ struct tree tree;
	const struct facts_resident *p;

	make_machine(&tree);
	add_process(&tree);
	usage = read_usage(&tree, &snapshot);
	assert_int_equal(usage->n_residents, 1);
	p = &usage->residents[0];
	assert_int_equal(p->pid, 40);
	assert_string_equal(p->command, "db??");
	assert_string_equal(p->cgroup, "/system.slice/db");
	assert_int_equal(p->pages, 4);
	assert_int_equal(p->locked, 1);
	assert_int_equal(p->pinned, 2);
	assert_int_equal(p->huge, 0);
	assert_int_equal(p->bound, 1);
	assert_int_equal(p->pinned_bytes, 64 * 1024);
	assert_string_equal(p->pinner, "/dev/vfio/7");
}

/* io_uring takes 16384 buffers, and a process may be in 65536 groups. */
static void test_much_of_one_process(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	_cleanup_facts_usage_ struct facts_usage *usage = NULL;
	_cleanup_text_stream_ struct text_stream buffers = { NULL };
	_cleanup_text_stream_ struct text_stream groups = { NULL };
	_cleanup_tree_ struct tree tree;
	FILE *fdinfo = text_stream_open(&buffers);
	FILE *status = text_stream_open(&groups);

	assert_true(fdinfo && status);
	fprintf(fdinfo, "pos:\t0\nUserBufs:\t16384\n    0: <none>\n");
	for (int i = 1; i < 16383; i++)
		fprintf(fdinfo, "%5d: 0x7f00%08x/4096\n", i, i << 12);
	fprintf(fdinfo, "16383: 0x10001000/8192\nPollList:\n");
	fprintf(status, "Name:\tdb\nGroups:\t");
	for (int i = 0; i < 65536; i++)
		fprintf(status, "%d ", i);
	fprintf(status, "\nVmPin:\t      64 kB\n");
	fflush(fdinfo);
	fflush(status);

	make_machine(&tree);
	add_process(&tree);
	tree_write(&tree, "proc/40/fdinfo/3", buffers.text);
	tree_write(&tree, "proc/40/status", groups.text);
	usage = read_usage(&tree, &snapshot);
	assert_int_equal(usage->n_residents, 1);
	assert_int_equal(usage->residents[0].pinned, 2);
	assert_int_equal(usage->residents[0].pinned_bytes, 64 * 1024);
}

#define DUMP "refcount:1 mapcount:0 mapping:0000000000000000 index:0x7 pfn:"

static void test_suspects(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	_cleanup_facts_usage_ struct facts_usage *usage = NULL;
	const uint64_t slab = FLAG(SLAB);
	_cleanup_tree_ struct tree tree;

	make_machine(&tree);
	add_process(&tree);
	put_words(&tree, "proc/kpageflags", FIRST_PFN + 1, &slab, 1);
	tree_write(&tree, "sys/devices/platform/hmem.0/dax0.0/last_error",
		   "op=unplug step=offline errno=16 block=memory32 "
		   "pfn=0x100001 kind=slab undo=done\n");
	tree_write(&tree, "dev/kmsg",
		   "4,1,1,-;migrating pfn 100006 failed ret:1\n"
		   "4,2,2,-;migrating pfn 100009 failed ret:1\n"
		   "4,3,3,-;page:0000abc " DUMP "0x100002\n"
		   "4,4,4,-;page:0000abc " DUMP "0x77\n"
		   "4,5,5,-;migrating pfn\n6,6,6,-;no pfn:0x100003\nnonsense");
	usage = read_usage(&tree, &snapshot);
	assert_int_equal(usage->n_suspects, 2);
	assert_int_equal(usage->suspects[0].pfn, 0x100001);
	assert_int_equal(usage->suspects[0].kind, FACTS_PAGE_SLAB);
	assert_int_equal(usage->suspects[1].pfn, 0x100002);
	assert_non_null(strstr(usage->suspects[1].words, "refcount:1"));
	assert_int_equal(usage->residents[0].suspects, 0);
	tree_write(&tree, "dev/kmsg",
		   "4,1,1,-;migrating pfn 100006 failed ret:1\n");
	facts_usage_free(usage);
	facts_snapshot_free(snapshot);
	usage = read_usage(&tree, &snapshot);
	assert_int_equal(usage->residents[0].suspects, 2);
}

/* @text is a record of the kernel's log, and the only one: the page that it
 * names, or 0. */
static uint64_t suspect_of(const char *record, uint64_t since)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	_cleanup_facts_usage_ struct facts_usage *usage = NULL;
	_cleanup_tree_ struct tree tree;

	make_machine(&tree);
	tree_write(&tree, "dev/kmsg", record);
	usage = read_usage_since(&tree, since, &snapshot);
	return usage->n_suspects ? usage->suspects[0].pfn : 0;
}

/* The kernel's own words, and none that a process can have it say. */
static void test_log(void **state _unused_)
{
	static const struct {
		const char *record;
		uint64_t pfn;
	} cases[] = {
		{ "4,1,1,-;migrating pfn 100006 failed ret:1 \n", 0x100006 },
		{ "4,1,1,-,caller=T7;page:(____ptrval____) " DUMP "0x100006\n",
		  0x100006 },
		{ "4,1,1,-;page: " DUMP "0x100006\n", 0x100006 },
		/* of /dev/kmsg's writers */
		{ "12,1,1,-;migrating pfn 100006 failed ret:1\n", 0 },
		/* names of processes, and of files behind them */
		{ "6,1,1,-;migrating pfn 1[7]: segfault at 0 in "
		  "migrating pfn 100006 failed ret:1\n",
		  0 },
		{ "6,1,1,-;page: refcount:[7]: segfault in " DUMP "0x100006\n",
		  0 },
		{ "6,1,1,-;page:0 refcount[7]: segfault in x pfn:0x100006\n",
		  0 },
		{ "6,1,1,-;Out of memory: Killed 7 (migrating pfn 100006 "
		  "failed ret:1)\n",
		  0 },
		{ "4,1,1,-;migrating pfn 100006 failed ret:1 said x\n", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(suspect_of(cases[i].record, 0), cases[i].pfn);
}

/* What it said before the attempt is about another one. */
static void test_log_before(void **state _unused_)
{
	static const char record[] =
		"4,1,50000000,-;migrating pfn 100006 failed ret:1\n";

	assert_int_equal(suspect_of(record, 50000000), 0x100006);
	/* The clocks differ a little. */
	assert_int_equal(suspect_of(record, 51000000), 0x100006);
	assert_int_equal(suspect_of(record, 60000000), 0);
}

/* A page in 86 TiB of addresses, which anybody can reserve. */
static void test_sparse(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	_cleanup_facts_usage_ struct facts_usage *usage = NULL;
	const uint64_t page = PRESENT | (FIRST_PFN + 8);
	_cleanup_tree_ struct tree tree;

	make_machine(&tree);
	add_process(&tree);
	tree_write(&tree, "proc/41/comm", "wide\n");
	tree_write(&tree, "proc/41/numa_maps",
		   "10000000 default anon=1 N1=1 kernelpagesize_kB=4\n");
	tree_write(&tree, "proc/41/smaps",
		   "10000000-560010000000 rw-p 00000000 00:00 0 \n");
	put_words(&tree, "proc/41/pagemap", 0x560000000000 / 4096, &page, 1);
	usage = read_usage(&tree, &snapshot);
	assert_false(usage->residents_known);
	assert_int_equal(usage->n_residents, 1);
	assert_int_equal(usage->residents[0].pid, 40);
	/* It is found where it is not as far away, and the rest left. */
	put_words(&tree, "proc/41/pagemap", ADDRESS / 4096 + 100, &page, 1);
	facts_usage_free(usage);
	facts_snapshot_free(snapshot);
	usage = read_usage(&tree, &snapshot);
	assert_true(usage->residents_known);
	assert_int_equal(usage->n_residents, 2);
}

#define TIB (UINT64_C(1) << 40)

static bool note_address(uint64_t address, uint64_t pfn _unused_,
			 void *userdata)
{
	*(uint64_t *)userdata = address;
	return true;
}

/* The same of this very process, where the kernel says where pages are. */
static void test_sparse_scan(void **state _unused_)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t words = 1 << 20, found = 0;
	struct phys_range range;
	char *memory;

	memory = mmap(NULL, 86 * TIB, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED || fd < 0)
		skip();
	madvise(memory, 86 * TIB, MADV_NOHUGEPAGE);
	memory[80 * TIB] = 1;
	range.start = (uintptr_t)memory;
	range.end = range.start + 86 * TIB - 1;
	if (pagemap_walk(fd, &range, 4096, &words, note_address, &found)) {
		assert_int_equal(found, range.start + 80 * TIB);
		assert_int_equal(words, (1 << 20) - 1);
	} else {
		print_message("the kernel has no PAGEMAP_SCAN\n");
		assert_true(words < 4096);
	}
	munmap(memory, 86 * TIB);
	close(fd);
}

static void test_pools(void **state _unused_)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	_cleanup_facts_usage_ struct facts_usage *usage = NULL;
	_cleanup_tree_ struct tree tree;

	make_machine(&tree);
#define POOL "hugepages/hugepages-2048kB/"
#define NODES "sys/devices/system/node/"
	tree_write(&tree, NODES "node1/" POOL "nr_hugepages", "16\n");
	tree_write(&tree, NODES "node1/" POOL "free_hugepages", "4\n");
	tree_write(&tree, NODES "node0/" POOL "free_hugepages", "3\n");
	tree_write(&tree, "sys/kernel/mm/" POOL "resv_hugepages", "2\n");
	tree_write(&tree,
		   NODES "node1/hugepages/hugepages-1048576kB/nr_hugepages",
		   "0\n");
	usage = read_usage(&tree, &snapshot);
	assert_int_equal(usage->n_pools, 1);
	assert_int_equal(usage->pools[0].page_size, 2 << 20);
	assert_int_equal(usage->pools[0].n, 16);
	assert_int_equal(usage->pools[0].free, 4);
	assert_int_equal(usage->pools[0].free_elsewhere, 3);
	assert_int_equal(usage->pools[0].reserved, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_process),
		cmocka_unit_test(test_much_of_one_process),
		cmocka_unit_test(test_suspects),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_log_before),
		cmocka_unit_test(test_sparse),
		cmocka_unit_test(test_sparse_scan),
		cmocka_unit_test(test_pools),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
