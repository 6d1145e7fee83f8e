// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An application of a device-DAX device, for the cases in the guest:
 *   dax-hold open|map|map-only DEVICE
 * opens or maps it (map-only closes the descriptor again), writes a pattern
 * through the mapping, prints "ready" and waits. SIGTERM makes it compare the
 * pattern: exit status 0 when it is still there, 1 when it is not.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LENGTH (2UL << 20)

static uint64_t pattern(size_t i)
{
	return i * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

static int wait_for_term(void)
{
	sigset_t set;
	int signal;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	puts("ready");
	fflush(stdout);
	return sigwait(&set, &signal);
}

int main(int argc, char **argv)
{
	uint64_t *words = NULL;
	int fd;

	if (argc != 3) {
		fprintf(stderr, "usage: dax-hold open|map|map-only DEVICE\n");
		return 2;
	}
	fd = open(argv[2], O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		perror(argv[2]);
		return 2;
	}
	if (strcmp(argv[1], "open") != 0) {
		words = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_SHARED,
			     fd, 0);
		if (words == MAP_FAILED) {
			perror("mmap");
			return 2;
		}
		for (size_t i = 0; i < LENGTH / sizeof(*words); i++)
			words[i] = pattern(i);
	}
	if (strcmp(argv[1], "map-only") == 0)
		close(fd);
	if (wait_for_term() != 0)
		return 2;
	for (size_t i = 0; words && i < LENGTH / sizeof(*words); i++)
		if (words[i] != pattern(i)) {
			fprintf(stderr, "word %zu is not what was written\n",
				i);
			return 1;
		}
	return 0;
}
