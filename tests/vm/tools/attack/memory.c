// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "attack/attack.h"

/* As much as there is in one place: a program lies at two thirds of 128 TiB. */
#define SPARSE (UINT64_C(84) << 40)
/* /proc/sys/vm/max_map_count allows 65530. */
#define MAPPINGS 60000
#define PAGE 4096
/* Of each node at a time. */
#define PAGES 256

int attack_descriptors(int count)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 2;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	attack_take_name();
	while (count-- > 0 && open("/dev/null", O_RDONLY) >= 0)
		;
	for (;;)
		pause();
}

/* A node without memory takes no policy: the page is then anywhere. */
static void touch(volatile char *page, int node)
{
	unsigned long mask = 1UL << node;

	syscall(SYS_set_mempolicy, MPOL_PREFERRED, &mask, 8 * sizeof(mask));
	*page = 1;
}

/* Neighbours of different protection are different mappings. */
static void map_many(void)
{
	char *all = mmap(NULL, (size_t)MAPPINGS * PAGE, PROT_READ,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (all == MAP_FAILED)
		return;
	for (size_t i = 0; i < MAPPINGS; i += 2)
		mprotect(all + i * PAGE, PAGE, PROT_READ | PROT_WRITE);
}

/* Pages far from each other, in one mapping each with the next that is free. */
static void spread(char *sparse, int nodes)
{
	for (size_t i = 0; i < PAGES; i++)
		for (int node = 0; node < nodes; node++)
			touch(sparse + attack_random(1 << 30) * (SPARSE >> 30),
			      node);
}

/* Unmapped each time, which gives the page tables back: else they grow until
 * the kernel kills this one. */
static int spread_once(int nodes)
{
	char *sparse = mmap(NULL, SPARSE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (sparse == MAP_FAILED)
		return -1;
	spread(sparse, nodes);
	nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
	return munmap(sparse, SPARSE);
}

int attack_mappings(int nodes)
{
	attack_take_name();
	map_many();
	while (spread_once(nodes) == 0)
		;
	return 2;
}
