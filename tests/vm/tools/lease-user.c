// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A tenant, for the cases in the guest, of the device in descriptor 3
 * ("daxbroker lease run -- lease-user ..."):
 *   lease-user SECONDS [keep]
 * maps all of it, and reads every byte: exit status 13 when one is not zero
 * (with keep: when none is what an earlier one wrote). Then it fills all with a
 * pattern of its own, prints "ready" and waits so long, or until SIGTERM.
 * Exit status 14 when a byte is not what it wrote; 15: SIGBUS.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define DEVICE 3

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void on_bus(int signal)
{
	static const char text[] = "SIGBUS\n";

	(void)signal;
	(void)!write(1, text, sizeof(text) - 1);
	_exit(15);
}

static size_t size_of_device(void)
{
	char path[64], text[32];
	struct stat st;
	ssize_t n;
	int fd;

	if (fstat(DEVICE, &st) < 0)
		die("descriptor 3");
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/size",
		 major(st.st_rdev), minor(st.st_rdev));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		die(path);
	text[n] = '\0';
	return strtoull(text, NULL, 10);
}

static uint64_t word(uint64_t seed, size_t i)
{
	return (i + seed) * UINT64_C(0x9e3779b97f4a7c15) | 1;
}

static void check_zero(const uint64_t *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (words[i] == 0)
			continue;
		printf("byte %zu of %zu is of another tenant: %#jx\n", i * 8,
		       n * 8, (uintmax_t)words[i]);
		exit(13);
	}
}

/* The first word is the seed. */
static void check(const uint64_t *words, size_t n, int status)
{
	for (size_t i = 1; i < n; i++) {
		if (words[i] == word(words[0], i))
			continue;
		printf("byte %zu of %zu has changed\n", i * 8, n * 8);
		exit(status);
	}
}

static void fill(uint64_t *words, size_t n)
{
	words[0] = (uint64_t)time(NULL) << 24 | (uint64_t)getpid();
	for (size_t i = 1; i < n; i++)
		words[i] = word(words[0], i);
}

static void wait_for_term(const char *seconds)
{
	const struct timespec time = { .tv_sec = atoi(seconds) };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	puts("ready");
	fflush(stdout);
	sigtimedwait(&set, NULL, &time);
}

int main(int argc, char **argv)
{
	const bool keep = argc > 2 && strcmp(argv[2], "keep") == 0;
	uint64_t *words;
	size_t size;

	if (argc < 2) {
		fprintf(stderr, "usage: lease-user SECONDS [keep]\n");
		return 2;
	}
	signal(SIGBUS, on_bus);
	size = size_of_device();
	words = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, DEVICE, 0);
	if (words == MAP_FAILED)
		die("mmap");
	if (keep)
		check(words, size / 8, 13);
	else
		check_zero(words, size / 8);
	fill(words, size / 8);
	wait_for_term(argv[1]);
	check(words, size / 8, 14);
	printf("%zu bytes were its own\n", size);
	return 0;
}
