// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A process that notices when its memory is not what it wrote.
 *
 * usage: memory-pattern NODE MIB [lock|huge]
 *
 * Fills memory of NODE (locked by mlock(2), or of huge pages) with words that
 * tell their place and the round, says "ready", and goes over it again and
 * again: each page is checked and then written anew. On SIGTERM it checks all
 * of it once more, says "intact: P pages, R rounds" and exits with 0; at the
 * first word that is wrong it says so and exits with 1.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/mempolicy.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE_SIZE 4096
#define WORDS (PAGE_SIZE / sizeof(uint64_t))

static volatile sig_atomic_t ended;

static void on_term(int sig)
{
	(void)sig;
	ended = 1;
}

static void die(const char *what)
{
	fprintf(stderr, "memory-pattern: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* Other in each place and each round (splitmix64). */
static uint64_t word(size_t page, size_t i, uint64_t round)
{
	uint64_t x = (page * WORDS + i + 1) * UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ round ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	return x ^ (x >> 27);
}

static void write_page(uint64_t *memory, size_t page, uint64_t round)
{
	for (size_t i = 0; i < WORDS; i++)
		memory[page * WORDS + i] = word(page, i, round);
}

static void check_page(const uint64_t *memory, size_t page, uint64_t round)
{
	for (size_t i = 0; i < WORDS; i++) {
		uint64_t is = memory[page * WORDS + i];
		uint64_t wanted = word(page, i, round);

		if (is == wanted)
			continue;
		printf("page %zu word %zu, round %" PRIu64 ": %" PRIx64
		       " instead of %" PRIx64 "\n",
		       page, i, round, is, wanted);
		exit(1);
	}
}

/* Preferred, not bound: the kernel's OOM killer takes a process that is bound
 * to the node alone and writes to a page just when that moves. */
static uint64_t *map_on(int node, size_t size, int flags)
{
	unsigned long mask = 1UL << node;
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	if (p == MAP_FAILED)
		die("mmap");
	if (syscall(SYS_mbind, p, size, MPOL_PREFERRED, &mask, 64, 0))
		die("mbind");
	return p;
}

/* Until SIGTERM; returns the round that the memory is all in. */
static uint64_t go_over(uint64_t *memory, size_t pages)
{
	uint64_t round;

	for (round = 1; !ended; round++) {
		for (size_t page = 0; page < pages; page++) {
			check_page(memory, page, round - 1);
			write_page(memory, page, round);
		}
	}
	return round - 1;
}

int main(int argc, char **argv)
{
	const char *how = argc > 3 ? argv[3] : "";
	size_t size, pages;
	uint64_t *memory, round;

	if (argc < 3 || argc > 4) {
		fputs("usage: memory-pattern NODE MIB [lock|huge]\n", stderr);
		return 2;
	}
	signal(SIGTERM, on_term);
	size = strtoul(argv[2], NULL, 10) << 20;
	pages = size / PAGE_SIZE;
	memory = map_on(atoi(argv[1]), size,
			strcmp(how, "huge") == 0 ? MAP_HUGETLB : 0);
	for (size_t page = 0; page < pages; page++)
		write_page(memory, page, 0);
	if (strcmp(how, "lock") == 0 && mlock(memory, size))
		die("mlock");
	puts("ready");
	fflush(stdout);
	round = go_over(memory, pages);
	for (size_t page = 0; page < pages; page++)
		check_page(memory, page, round);
	printf("intact: %zu pages, %" PRIu64 " rounds\n", pages, round);
	return 0;
}
