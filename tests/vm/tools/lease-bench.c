// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What leases cost, in ms, as the medians of what tests/bench/lease compares:
 *   lease-bench acquire POOL SIZE         a lease, and its mapping
 *   lease-bench hold POOL SIZE N          N of them side by side, "ready" when
 *                                         all are there, until SIGTERM
 *   lease-bench plain DEVICE SIZE         open(2), mmap(2) and a round trip to
 *                                         the daemon
 *   lease-bench zero DEVICE SIZE THREADS  the memory of a device, by memset(3)
 * Each prints one number; hold the sum.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <systemd/sd-bus.h>
#include <time.h>
#include <unistd.h>

#include "lib/daxbroker.h"

#define THREADS_MAX 64

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void die(const char *what, int error)
{
	fprintf(stderr, "lease-bench: %s: %s\n", what, strerror(error));
	exit(1);
}

static struct daxbroker_lease *acquire(const char *pool, uint64_t size)
{
	struct daxbroker_request *request;
	struct daxbroker_lease *lease;
	char *error = NULL;
	void *memory;
	int r;

	r = daxbroker_request_new(pool, size, &request);
	if (r >= 0)
		r = daxbroker_request_set_wait(request, DAXBROKER_FOREVER);
	if (r < 0)
		die(pool, -r);
	r = daxbroker_acquire(request, &lease, &error);
	if (r < 0)
		die(error ? error : pool, -r);
	daxbroker_request_free(request);
	r = daxbroker_lease_map(lease, 0, size, 0, &memory);
	if (r < 0)
		die("map", -r);
	return lease;
}

static void wait_for_term(void)
{
	sigset_t set;
	int signal;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	puts("ready");
	fflush(stdout);
	sigwait(&set, &signal);
}

static void *map(const char *device, size_t size, int *ret_fd)
{
	void *memory;
	int fd = open(device, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die(device, errno);
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		die("mmap", errno);
	*ret_fd = fd;
	return memory;
}

/* As a client does who does not know the bus yet. */
static void round_trip(void)
{
	sd_bus *bus = NULL;
	int r;

	r = sd_bus_open_system(&bus);
	if (r >= 0)
		r = sd_bus_call_method(bus, "org.daxbroker1", "/org/daxbroker1",
				       "org.freedesktop.DBus.Peer", "Ping",
				       NULL, NULL, NULL);
	if (r < 0)
		die("the bus", -r);
	sd_bus_flush_close_unref(bus);
}

struct part {
	char *memory;
	size_t size;
};

static void *zero_part(void *argument)
{
	const struct part *part = argument;

	memset(part->memory, 0, part->size);
	return NULL;
}

static void zero(char *memory, size_t size, unsigned int n)
{
	pthread_t threads[THREADS_MAX];
	struct part parts[THREADS_MAX];

	for (unsigned int i = 0; i < n; i++) {
		parts[i] = (struct part){ memory + size / n * i, size / n };
		pthread_create(&threads[i], NULL, zero_part, &parts[i]);
	}
	for (unsigned int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}

static void run(char **argv, int argc)
{
	const uint64_t size = strtoull(argv[3], NULL, 0);
	const unsigned int n = argc > 4 ? (unsigned int)atoi(argv[4]) : 1;
	const double begun = now();
	int fd;

	if (strcmp(argv[1], "plain") == 0) {
		map(argv[2], size, &fd);
		round_trip();
	} else if (strcmp(argv[1], "zero") == 0 && n <= THREADS_MAX) {
		zero(map(argv[2], size, &fd), size, n);
	} else {
		for (unsigned int i = 0; i < n; i++)
			acquire(argv[2], size);
	}
	printf("%.2f\n", now() - begun);
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fprintf(stderr, "usage: lease-bench acquire|hold|plain|zero "
				"POOL|DEVICE SIZE [N]\n");
		return 2;
	}
	run(argv, argc);
	if (strcmp(argv[1], "hold") == 0)
		wait_for_term();
	return 0;
}
