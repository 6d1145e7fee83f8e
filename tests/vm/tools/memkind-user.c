// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program that has memkind allocate on the NUMA nodes of device-DAX memory
 * (MEMKIND_DAX_KMEM), for the cases in the guest:
 *   memkind-user MIB
 * It fills so much memory with a pattern, in blocks of many sizes, says on
 * which nodes the pages are ("node 1: N pages"), and prints "ready". At SIGUSR1
 * it says so again. At SIGTERM it does, too, and checks all of it: exit status
 * 14 when something has changed.
 *
 * memkind is loaded when it is run: to build this takes no memkind.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BLOCKS_MAX 65536
#define NODES_MAX 16
#define PAGE ((uintptr_t)4096)
#define PAGES_AT_ONCE 1024

static struct block {
	uint64_t *words;
	size_t n;
} blocks[BLOCKS_MAX];
static size_t n_blocks;

static void die(const char *what)
{
	fprintf(stderr, "memkind-user: %s\n", what);
	exit(2);
}

static void *symbol(void *library, const char *name)
{
	void *p = dlsym(library, name);

	if (!p)
		die(dlerror());
	return p;
}

static uint64_t word(size_t block, size_t i)
{
	return (block * 1000003 + i + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

static void allocate(size_t bytes)
{
	void *library = dlopen("libmemkind.so.0", RTLD_NOW);
	void *(*allocator)(void *, size_t);
	uint64_t seed = 88172645463325252ULL;
	void **kind;

	if (!library)
		die(dlerror());
	kind = symbol(library, "MEMKIND_DAX_KMEM");
	*(void **)&allocator = symbol(library, "memkind_malloc");
	for (size_t sum = 0; sum < bytes && n_blocks < BLOCKS_MAX; n_blocks++) {
		struct block *block = &blocks[n_blocks];

		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
		block->n = 8 + (size_t)(seed >> 33) % (1 << (seed >> 60)) * 8;
		block->words = allocator(*kind, block->n * 8);
		if (!block->words)
			die("memkind_malloc() failed");
		for (size_t i = 0; i < block->n; i++)
			block->words[i] = word(n_blocks, i);
		sum += block->n * 8;
	}
}

static void count(void **pages, size_t n, size_t *nodes)
{
	int status[PAGES_AT_ONCE];

	if (syscall(SYS_move_pages, 0, n, pages, NULL, status, 0) < 0)
		die("move_pages() failed");
	for (size_t i = 0; i < n; i++)
		if (status[i] >= 0 && status[i] < NODES_MAX)
			nodes[status[i]]++;
}

static void print_nodes(void)
{
	size_t nodes[NODES_MAX] = { 0 }, n = 0;
	void *pages[PAGES_AT_ONCE];

	for (size_t i = 0; i < n_blocks; i++) {
		const uintptr_t end =
			(uintptr_t)(blocks[i].words + blocks[i].n);
		uintptr_t page = (uintptr_t)blocks[i].words & ~(PAGE - 1);

		for (; page < end; page += PAGE) {
			pages[n++] = (void *)page;
			if (n < PAGES_AT_ONCE)
				continue;
			count(pages, n, nodes);
			n = 0;
		}
	}
	count(pages, n, nodes);
	for (size_t i = 0; i < NODES_MAX; i++)
		if (nodes[i] > 0)
			printf("node %zu: %zu pages\n", i, nodes[i]);
}

static void check(void)
{
	for (size_t i = 0; i < n_blocks; i++)
		for (size_t j = 0; j < blocks[i].n; j++)
			if (blocks[i].words[j] != word(i, j)) {
				printf("word %zu of block %zu has changed\n", j,
				       i);
				exit(14);
			}
	printf("%zu blocks were as written\n", n_blocks);
}

int main(int argc, char **argv)
{
	int number = 0;
	sigset_t set;

	if (argc != 2) {
		fprintf(stderr, "usage: memkind-user MIB\n");
		return 2;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	allocate((size_t)atoi(argv[1]) << 20);
	while (number != SIGTERM) {
		print_nodes();
		puts("ready");
		fflush(stdout);
		sigwait(&set, &number);
	}
	print_nodes();
	check();
	return 0;
}
