// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What leases cost, for tests/bench/lease; each prints milliseconds:
 *   lease-bench acquire POOL SIZE         a lease by the library, and its
 * mapping lease-bench call POOL SIZE            the call alone, by a connection
 * that is there, and its mapping lease-bench release POOL SIZE         the end
 * of a lease, until the daemon says that it is gone lease-bench hold POOL SIZE
 * N          N of them side by side, "ready" when all are there, until SIGTERM
 *   lease-bench plain DEVICE SIZE         connecting, a round trip to the
 * daemon, open(2) and mmap(2) lease-bench ping DEVICE SIZE          the same by
 * a connection that is there lease-bench zero DEVICE SIZE THREADS  the memory
 * of a device, by memset(3)
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

#include "basic/names.h"
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

static void *map_fd(int fd, size_t size)
{
	void *memory =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		die("mmap", errno);
	return memory;
}

static void *map(const char *device, size_t size)
{
	int fd = open(device, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die(device, errno);
	return map_fd(fd, size);
}

/* One that is there: its Hello() was answered. */
static sd_bus *connect_bus(void)
{
	const char *name;
	sd_bus *bus;
	int r = sd_bus_open_system(&bus);

	if (r >= 0)
		r = sd_bus_get_unique_name(bus, &name);
	if (r < 0)
		die("the bus", -r);
	return bus;
}

static void ping(sd_bus *bus)
{
	int r = sd_bus_call_method(bus, BUS_NAME, BUS_PATH,
				   "org.freedesktop.DBus.Peer", "Ping", NULL,
				   NULL, NULL);

	if (r < 0)
		die("Ping", -r);
}

static void call(sd_bus *bus, const char *pool, uint64_t size)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *reply;
	int device, lease, r;
	char path[256];

	snprintf(path, sizeof(path), BUS_PATH "/pool/%s", pool);
	r = sd_bus_call_method(bus, BUS_NAME, path, BUS_POOL_INTERFACE,
			       "Acquire", &error, &reply, "ta{sv}", size, 0);
	if (r >= 0)
		r = sd_bus_message_read(reply, "hh", &device, &lease);
	if (r < 0)
		die(error.message ? error.message : "Acquire", -r);
	map_fd(device, size);
}

static int on_removed(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	char *path, **gone = userdata;
	const char *at;

	(void)error;
	if (sd_bus_message_read(m, "o", &at) >= 0 &&
	    sd_bus_path_decode(at, BUS_PATH "/lease", &path) > 0 &&
	    strcmp(path, *gone) == 0)
		*gone = NULL;
	return 0;
}

/* Prints it itself: what comes before is no part of it. */
static void release(const char *pool, uint64_t size)
{
	struct daxbroker_lease *lease = acquire(pool, size);
	char *id = strdup(daxbroker_lease_get_id(lease));
	sd_bus *bus = connect_bus();
	double begun;
	int r;

	r = sd_bus_match_signal(bus, NULL, BUS_NAME, BUS_PATH,
				"org.freedesktop.DBus.ObjectManager",
				"InterfacesRemoved", on_removed, &id);
	begun = now();
	daxbroker_lease_free(lease);
	while (r >= 0 && id) {
		r = sd_bus_process(bus, NULL);
		if (r == 0)
			r = sd_bus_wait(bus, UINT64_MAX);
	}
	if (r < 0)
		die("release", -r);
	printf("%.2f\n", now() - begun);
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

struct share {
	const char *pool;
	uint64_t size;
	unsigned int n;
};

static void *acquire_share(void *argument)
{
	const struct share *share = argument;

	for (unsigned int i = 0; i < share->n; i++)
		acquire(share->pool, share->size);
	return NULL;
}

/* So many ask at a time. */
#define ASKING_MAX 16

static void hold(const char *pool, uint64_t size, unsigned int n)
{
	const unsigned int n_threads = n < ASKING_MAX ? n : ASKING_MAX;
	const double begun = now();
	pthread_t threads[ASKING_MAX];
	struct share shares[ASKING_MAX];

	for (unsigned int i = 0; i < n_threads; i++) {
		shares[i] = (struct share){ pool, size, n / n_threads };
		pthread_create(&threads[i], NULL, acquire_share, &shares[i]);
	}
	for (unsigned int i = 0; i < n_threads; i++)
		pthread_join(threads[i], NULL);
	printf("%.2f\n", now() - begun);
	wait_for_term();
}

/* The connection is there before it begins. */
static double run_connected(const char *verb, const char *what, uint64_t size)
{
	sd_bus *bus = connect_bus();
	const double begun = now();

	if (strcmp(verb, "call") == 0) {
		call(bus, what, size);
	} else {
		ping(bus);
		map(what, size);
	}
	return now() - begun;
}

static double run(const char *verb, const char *what, uint64_t size,
		  unsigned int n)
{
	const double begun = now();

	if (strcmp(verb, "acquire") == 0) {
		acquire(what, size);
	} else if (strcmp(verb, "plain") == 0) {
		ping(connect_bus());
		map(what, size);
	} else if (strcmp(verb, "zero") == 0 && n <= THREADS_MAX) {
		zero(map(what, size), size, n);
	} else {
		return run_connected(verb, what, size);
	}
	return now() - begun;
}

int main(int argc, char **argv)
{
	const uint64_t size = argc > 3 ? strtoull(argv[3], NULL, 0) : 0;
	const unsigned int n = argc > 4 ? (unsigned int)atoi(argv[4]) : 1;

	if (argc < 4) {
		fprintf(stderr, "usage: lease-bench VERB POOL|DEVICE SIZE [N]\n"
				"verbs: acquire call release hold plain ping "
				"zero\n");
		return 2;
	}
	if (strcmp(argv[1], "release") == 0)
		release(argv[2], size);
	else if (strcmp(argv[1], "hold") == 0)
		hold(argv[2], size, n);
	else
		printf("%.2f\n", run(argv[1], argv[2], size, n));
	return 0;
}
