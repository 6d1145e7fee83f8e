// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A workload for the guests: hold-memory MIB allocates that much, writes to
 * every page of it, prints "ready" and waits to be killed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	size_t size = argc == 2 ? strtoul(argv[1], NULL, 10) << 20 : 0;
	void *memory;

	if (size == 0) {
		fprintf(stderr, "usage: hold-memory MIB\n");
		return 2;
	}
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	memset(memory, 0xa5, size);
	printf("ready %p\n", memory);
	fflush(stdout);
	for (;;)
		pause();
}
