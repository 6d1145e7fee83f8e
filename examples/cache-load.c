// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Load for the cache that checks each value: it is the one that was set last,
 * or none. What was set while the cache crashed may be so or as before.
 *
 * usage: cache-load SOCKET SECONDS [KEYS [SIZE-MAX]]
 * Prints what it did. Exits with 1 if a value was wrong.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* How long the cache may be away. */
#define AWAY_SECONDS 30

struct value {
	uint64_t key, version, size, sum;
};

/* What is known of a key. */
struct state {
	uint64_t version; /* set, and answered; 0: it was never set */
	/* Sent later, and maybe set: these and those between; 0: none. */
	uint64_t unsure, last_unsure;
};

static const char *path;
static FILE *in, *out;
static struct state *states;
static uint64_t n_keys = 1000, size_max = 65536, versions, end;
static uint64_t n_sets, n_gets, n_hits, n_misses, n_refused, n_reconnects;
static uint64_t n_bad;
static uint64_t seed = 88172645463325252ULL;
static char *buffer;

static uint64_t next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec;
}

static uint64_t sum_of(const char *bytes, size_t size)
{
	uint64_t sum = 14695981039346656037ULL;

	for (size_t i = 0; i < size; i++)
		sum = (sum ^ (unsigned char)bytes[i]) * 1099511628211ULL;
	return sum;
}

static int try_connect(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd >= 0 &&
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void disconnect(void)
{
	if (in)
		fclose(in);
	if (out)
		fclose(out);
	in = out = NULL;
}

static void reconnect(void)
{
	const uint64_t patience = now() + AWAY_SECONDS;
	int fd;

	disconnect();
	while ((fd = try_connect()) < 0) {
		if (now() > patience) {
			fprintf(stderr, "cache-load: %s does not answer\n",
				path);
			exit(1);
		}
		usleep(50000);
	}
	in = fdopen(fd, "r");
	out = fdopen(dup(fd), "w");
	n_reconnects++;
}

/* The value of this version: its size and its bytes follow from that. */
static size_t make_value(uint64_t key, uint64_t version)
{
	struct value value = { .key = key, .version = version };
	char *bytes = buffer + sizeof(value);
	uint64_t state = key * 0x9e3779b97f4a7c15ULL ^ version;

	value.size = next_random() % (size_max + 1);
	for (uint64_t i = 0; i < value.size; i++) {
		state = state * 6364136223846793005ULL + 1442695040888963407ULL;
		bytes[i] = (char)(state >> 56);
	}
	value.sum = sum_of(bytes, value.size) ^ key ^ version << 20;
	memcpy(buffer, &value, sizeof(value));
	return sizeof(value) + value.size;
}

static void complain(uint64_t key, const char *what)
{
	fprintf(stderr, "cache-load: key %ju (version %ju, maybe %ju): %s\n",
		(uintmax_t)key, (uintmax_t)states[key].version,
		(uintmax_t)states[key].unsure, what);
	n_bad++;
}

static void check_value(uint64_t key, size_t size)
{
	const char *bytes = buffer + sizeof(struct value);
	struct state *state = &states[key];
	struct value value;

	memcpy(&value, buffer, sizeof(value));
	if (size < sizeof(value) || value.size != size - sizeof(value) ||
	    value.key != key ||
	    value.sum !=
		    (sum_of(bytes, value.size) ^ key ^ value.version << 20))
		complain(key, "the value is damaged");
	else if (state->unsure && value.version >= state->unsure &&
		 value.version <= state->last_unsure)
		*state = (struct state){ .version = value.version };
	else if (value.version != state->version)
		complain(key, "the value is an older one");
	n_hits++;
}

/* False: the cache has left. */
static bool set(uint64_t key)
{
	const uint64_t version = ++versions;
	const size_t size = make_value(key, version);
	char line[128];

	if (!states[key].unsure)
		states[key].unsure = version;
	states[key].last_unsure = version;
	fprintf(out, "SET key%ju %zu\n", (uintmax_t)key, size);
	fwrite(buffer, 1, size, out);
	if (fflush(out) != 0 || !fgets(line, sizeof(line), in))
		return false;
	n_sets++;
	if (strcmp(line, "OK\n") == 0) {
		states[key] = (struct state){ .version = version };
	} else {
		n_refused++;
		if (states[key].unsure == version)
			states[key].unsure = 0;
	}
	return true;
}

static bool get(uint64_t key)
{
	char line[128];
	size_t size;

	fprintf(out, "GET key%ju\n", (uintmax_t)key);
	if (fflush(out) != 0 || !fgets(line, sizeof(line), in))
		return false;
	n_gets++;
	if (strcmp(line, "MISS\n") == 0) {
		n_misses++;
		return true;
	}
	if (sscanf(line, "VALUE %zu", &size) != 1 ||
	    size > sizeof(struct value) + size_max) {
		complain(key, line);
		return false;
	}
	if (fread(buffer, 1, size, in) != size)
		return false;
	check_value(key, size);
	return true;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	path = argv[1];
	end = now() + strtoull(argv[2], NULL, 0);
	if (argc > 3)
		n_keys = strtoull(argv[3], NULL, 0);
	if (argc > 4)
		size_max = strtoull(argv[4], NULL, 0);
	signal(SIGPIPE, SIG_IGN);
	states = calloc(n_keys, sizeof(*states));
	buffer = malloc(sizeof(struct value) + size_max);
	if (!states || !buffer)
		return 1;
	reconnect();
	/* Keys of an earlier run have other versions. */
	for (uint64_t key = 0; key < n_keys; key++)
		while (!set(key))
			reconnect();
	while (now() < end) {
		const uint64_t key = next_random() % n_keys;

		if (!(next_random() % 3 ? get(key) : set(key)))
			reconnect();
	}
	disconnect();
	printf("sets %ju gets %ju hits %ju refused %ju reconnects %ju bad "
	       "%ju misses %ju\n",
	       (uintmax_t)n_sets, (uintmax_t)n_gets, (uintmax_t)n_hits,
	       (uintmax_t)n_refused, (uintmax_t)(n_reconnects - 1),
	       (uintmax_t)n_bad, (uintmax_t)n_misses);
	return n_bad > 0;
}
