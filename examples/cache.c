// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A cache whose values are in leased memory: an example for libdaxbroker(3)
 * that does all that such a program can be asked for.
 *
 * It finds its values again after a crash, as systemd keeps the lease
 * (docs/examples/daxbroker-cache.service). It gives the memory back when that
 * is wanted back, and then goes on without values or ends. It loses no more
 * than what was in memory that has failed.
 *
 * usage: cache --pool POOL --size BYTES [--name NAME] [--wait SECONDS]
 *              [--on-reclaim stay|exit] [--socket PATH]
 * Without --socket, it talks with standard input and output.
 */
#include <daxbroker.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "examples/cache-client.h"
#include "examples/cache-memory.h"

#define CLIENTS_MAX 64

static struct {
	const char *pool, *name, *socket;
	uint64_t size, wait;
	bool exits; /* when the memory is wanted back */
} options = { .name = "cache" };

static struct daxbroker_lease *lease; /* NULL: there is no memory */
static struct cache_memory *memory;
static char *base;

static struct cache_client clients[CLIENTS_MAX];
static size_t n_clients;
static int listener = -1;

/* Where to go on when memory fails under our feet; while @guarded. */
static sigjmp_buf failure;
static volatile sig_atomic_t guarded;
static char *volatile failed_address;
static volatile size_t failed_length;

static void on_sigbus(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (!guarded) {
		signal(number, SIG_DFL);
		raise(number);
		return;
	}
	failed_length = (size_t)1
			<< (info->si_addr_lsb ? info->si_addr_lsb : 12);
	failed_address = info->si_addr;
	siglongjmp(failure, 1);
}

static void note_failure(void)
{
	const uintptr_t address =
		(uintptr_t)failed_address & -(uintptr_t)failed_length;
	const uint64_t offset = address - (uintptr_t)base;

	fprintf(stderr, "cache: %zu bytes of memory have failed\n",
		(size_t)failed_length);
	if (memory && offset < daxbroker_lease_get_size(lease))
		cache_memory_poison(memory, offset, failed_length);
}

/* What a client was promised is not kept: it has to ask again. */
static bool process_client(struct cache_client *client, short events)
{
	bool open;

	if (sigsetjmp(failure, 1) != 0) {
		guarded = 0;
		note_failure();
		return false;
	}
	guarded = 1;
	open = cache_client_process(client, events, memory);
	guarded = 0;
	return open;
}

static int acquire(char **ret_error)
{
	struct daxbroker_request *request;
	int r;

	r = daxbroker_request_new(options.pool, options.size, &request);
	if (r < 0)
		return r;
	r = daxbroker_request_set_name(request, options.name);
	if (r >= 0)
		r = daxbroker_request_set_wait(request, options.wait);
	if (r >= 0)
		r = daxbroker_request_set_revocable(request, true);
	if (r >= 0)
		r = daxbroker_acquire(request, &lease, ret_error);
	daxbroker_request_free(request);
	return r;
}

/* systemd may have kept it for us; one that was asked for is to be kept. */
static int open_lease(void)
{
	char *error = NULL;
	int r;

	r = daxbroker_lease_restore(options.name, &lease, &error);
	if (r == -ENOENT) {
		free(error);
		r = acquire(&error);
		if (r >= 0 && daxbroker_lease_store(lease) < 0)
			fprintf(stderr, "cache: values do not outlive this "
					"process: no systemd keeps them\n");
	}
	if (r < 0)
		fprintf(stderr, "cache: there is no memory: %s\n",
			error ? error : strerror(-r));
	free(error);
	return r;
}

/* Whatever of it has failed before is found out one by one. */
static int open_memory(void)
{
	volatile int rounds = 0;
	int r;

	r = daxbroker_lease_map(lease, 0, 0, 0, (void **)&base);
	if (r < 0)
		return r;
	if (sigsetjmp(failure, 1) != 0 && rounds++ > 0) {
		guarded = 0;
		return -EIO;
	}
	guarded = 1;
	memory = cache_memory_open(base, daxbroker_lease_get_size(lease),
				   daxbroker_lease_get_incarnation(lease));
	guarded = 0;
	return memory ? 0 : -ENOMEM;
}

static void give_back(void)
{
	int r;

	cache_memory_close(memory);
	memory = NULL;
	r = daxbroker_lease_release(lease);
	lease = NULL;
	if (r < 0)
		fprintf(stderr, "cache: the lease was not released: %s\n",
			strerror(-r));
}

/* Whether the program goes on. */
static bool process_lease(void)
{
	struct daxbroker_event event;

	while (lease && daxbroker_lease_process(lease, &event) > 0) {
		switch (event.type) {
		case DAXBROKER_EVENT_POISONED:
			cache_memory_poison(memory, event.offset, event.length);
			break;
		case DAXBROKER_EVENT_RECLAIM:
		case DAXBROKER_EVENT_GONE:
			fprintf(stderr, "cache: the memory is given back\n");
			give_back();
			if (options.exits)
				return false;
			break;
		}
	}
	return true;
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0)
		return -errno;
	unlink(path);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(listener, CLIENTS_MAX) < 0)
		return -errno;
	return 0;
}

static void accept_client(void)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd >= 0)
		clients[n_clients++] =
			(struct cache_client){ .in = fd, .out = fd };
}

static void process_clients(const struct pollfd *in, const struct pollfd *out)
{
	for (size_t i = n_clients; i-- > 0;) {
		const short events = (short)(in[i].revents | out[i].revents);

		if (!events || process_client(&clients[i], events))
			continue;
		cache_client_close(&clients[i]);
		clients[i] = clients[--n_clients];
	}
}

/* One round: false, it is over. */
static bool run(void)
{
	struct pollfd fds[2 + 2 * CLIENTS_MAX] = {
		{ .fd = lease ? daxbroker_lease_get_event_fd(lease) : -1,
		  .events = POLLIN },
		{ .fd = n_clients < CLIENTS_MAX ? listener : -1,
		  .events = POLLIN },
	};
	struct pollfd *in = fds + 2, *out = in + n_clients;

	for (size_t i = 0; i < n_clients; i++) {
		const short events = cache_client_events(&clients[i]);

		in[i] = (struct pollfd){ .fd = clients[i].in,
					 .events = events & POLLIN };
		out[i] = (struct pollfd){ .fd = clients[i].out,
					  .events = events & POLLOUT };
	}
	if (poll(fds, 2 + 2 * n_clients, -1) < 0)
		return errno == EINTR;
	/* An answer is never of memory that has been given back. */
	if (fds[0].revents && !process_lease())
		return false;
	process_clients(in, out);
	if (fds[1].revents)
		accept_client();
	return listener >= 0 || n_clients > 0;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: cache --pool POOL --size BYTES [--name NAME]\n"
		"             [--wait SECONDS] [--on-reclaim stay|exit]\n"
		"             [--socket PATH]\n");
	return 2;
}

static bool take_option(int letter)
{
	switch (letter) {
	case 'p':
		options.pool = optarg;
		return true;
	case 's':
		options.size = strtoull(optarg, NULL, 0);
		return true;
	case 'n':
		options.name = optarg;
		return true;
	case 'w':
		options.wait = strtoull(optarg, NULL, 0) * 1000000;
		return true;
	case 'S':
		options.socket = optarg;
		return true;
	case 'r':
		options.exits = strcmp(optarg, "exit") == 0;
		return options.exits || strcmp(optarg, "stay") == 0;
	}
	return false;
}

static bool read_options(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "pool", required_argument, NULL, 'p' },
		{ "size", required_argument, NULL, 's' },
		{ "name", required_argument, NULL, 'n' },
		{ "wait", required_argument, NULL, 'w' },
		{ "socket", required_argument, NULL, 'S' },
		{ "on-reclaim", required_argument, NULL, 'r' },
		{ 0 },
	};
	int letter;

	while ((letter = getopt_long(argc, argv, "", longs, NULL)) >= 0)
		if (!take_option(letter))
			return false;
	return optind == argc && options.pool && options.size > 0;
}

static int start(void)
{
	const struct sigaction sigbus = { .sa_sigaction = on_sigbus,
					  .sa_flags = SA_SIGINFO };
	int r;

	sigaction(SIGBUS, &sigbus, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (open_lease() < 0)
		return -EIO;
	r = open_memory();
	if (r >= 0 && options.socket)
		r = listen_at(options.socket);
	if (r < 0)
		fprintf(stderr, "cache: %s\n", strerror(-r));
	if (!options.socket)
		clients[n_clients++] = (struct cache_client){ 0, 1 };
	return r;
}

int main(int argc, char **argv)
{
	if (!read_options(argc, argv))
		return usage();
	if (start() < 0)
		return 1;
	sd_notify(0, "READY=1");
	while (run())
		;
	/* As long as it is stored, the values are there for the next start. */
	daxbroker_lease_free(lease);
	cache_memory_close(memory);
	return 0;
}
