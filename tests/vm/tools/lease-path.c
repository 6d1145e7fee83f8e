// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tenants that open their device by its path, for the cases in the guest:
 *   lease-path hold SECONDS
 * opens $DAXBROKER_DEVICE and reads every byte: exit status 13 when one is not
 * zero. It fills all with its user's number and prints "ready". Then it closes
 * the device and opens it again, over and over, until the time is over or it
 * gets SIGTERM: exit status 14 when it cannot, or finds something else there.
 *   lease-path try PATH
 * has the node of PATH (O_PATH), prints "ready" and opens PATH, and what it
 * has, until SIGTERM. Exit status 13 when a byte that it found was of another
 * user.
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

static volatile sig_atomic_t stopped;

static void on_term(int number)
{
	(void)number;
	stopped = 1;
}

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* 0: its device is gone. */
static size_t attribute_of(int fd, const char *name)
{
	char path[64], text[32];
	struct stat st;
	ssize_t n;
	int file;

	if (fstat(fd, &st) < 0)
		die("fstat");
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/%s",
		 major(st.st_rdev), minor(st.st_rdev), name);
	file = open(path, O_RDONLY | O_CLOEXEC);
	n = file < 0 ? -1 : read(file, text, sizeof(text) - 1);
	if (file >= 0)
		close(file);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	return strtoull(text, NULL, 10);
}

static uint64_t *map(int fd, size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

static uint64_t word_of(uid_t uid)
{
	return UINT64_C(0x4441580000000000) | uid;
}

static void check(const uint64_t *words, size_t size, uint64_t wanted,
		  int status)
{
	for (size_t i = 0; i < size / 8; i++) {
		if (words[i] == wanted)
			continue;
		printf("byte %zu of %zu: %#jx\n", i * 8, size,
		       (uintmax_t)words[i]);
		exit(status);
	}
}

static void begin(const char *path)
{
	const uint64_t word = word_of(getuid());
	size_t size;
	uint64_t *words;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die(path);
	size = attribute_of(fd, "size");
	words = map(fd, size);
	if (words == MAP_FAILED)
		die("mmap");
	check(words, size, 0, 13);
	for (size_t i = 0; i < size / 8; i++)
		words[i] = word;
	munmap(words, size);
	close(fd);
}

static void again(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	size_t size = 2 << 20;
	uint64_t *words;

	/* One that tries, of the same user, may be there just now. */
	if (fd < 0 && errno == EBUSY)
		return;
	words = fd < 0 ? MAP_FAILED : map(fd, size);
	if (words == MAP_FAILED) {
		perror(path);
		exit(14);
	}
	check(words, size, word_of(getuid()), 14);
	munmap(words, size);
	close(fd);
}

static int hold(const char *seconds)
{
	const struct timespec pause = { .tv_nsec = 2000000 };
	const time_t end = time(NULL) + atoi(seconds);
	const char *path = getenv("DAXBROKER_DEVICE");
	unsigned int n = 0;

	if (!path || strncmp(path, "/dev/daxbroker/", 15) != 0) {
		printf("no path but %s\n", path ? path : "nothing");
		return 2;
	}
	/* It would be open twice. */
	if (!(fcntl(3, F_GETFL) & O_PATH)) {
		puts("descriptor 3 is open");
		return 2;
	}
	begin(path);
	puts("ready");
	fflush(stdout);
	for (; !stopped && time(NULL) < end; n++) {
		again(path);
		nanosleep(&pause, NULL);
	}
	printf("opened %u times\n", n);
	return 0;
}

/* What is there, in *ret; false: it could not be opened, or mapped. */
static bool peek(const char *path, uint64_t *ret)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	size_t size = 2 << 20;
	const uint64_t *words = fd < 0 ? MAP_FAILED : map(fd, size);
	const bool mapped = words != MAP_FAILED;

	if (mapped) {
		*ret = words[0];
		munmap((void *)words, size);
	}
	if (fd >= 0)
		close(fd);
	return mapped;
}

static void on_bus(int number)
{
	(void)number;
	puts("SIGBUS");
	fflush(stdout);
	_exit(0); /* the device went under it */
}

static int try(const char *path)
{
	unsigned long n = 0, opened = 0, foreign = 0;
	const int node = open(path, O_PATH | O_CLOEXEC);
	char link[32];
	uint64_t word;
	struct stat st;

	if (node < 0 || fstat(node, &st) < 0)
		die(path);
	signal(SIGBUS, on_bus);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", node);
	puts("ready");
	fflush(stdout);
	for (; !stopped; n++) {
		if (!peek(n % 2 ? path : link, &word))
			continue;
		opened++;
		foreign += word != 0 && word != word_of(st.st_uid);
	}
	printf("tried %lu times, opened %lu times, found %lu of others\n", n,
	       opened, foreign);
	return foreign ? 13 : 0;
}

int main(int argc, char **argv)
{
	signal(SIGTERM, on_term);
	if (argc == 3 && strcmp(argv[1], "hold") == 0)
		return hold(argv[2]);
	if (argc == 3 && strcmp(argv[1], "try") == 0)
		return try(argv[2]);
	fprintf(stderr, "usage: lease-path hold SECONDS | try PATH\n");
	return 2;
}
