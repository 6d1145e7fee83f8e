// SPDX-License-Identifier: GPL-2.0-or-later
#include "examples/cache-client.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_SIZE 512
#define READ_SIZE 65536
/* Who does not read its answers is not answered further. */
#define OUTPUT_MAX (2 * CACHE_VALUE_MAX)

void cache_client_close(struct cache_client *client)
{
	close(client->in);
	if (client->out != client->in)
		close(client->out);
	free(client->input);
	free(client->output);
	*client = (struct cache_client){ .in = -1, .out = -1 };
}

static bool reserve(char **buffer, size_t *room, size_t size)
{
	size_t wider = *room ? *room : READ_SIZE;
	char *more;

	while (wider < size)
		wider *= 2;
	if (wider == *room)
		return true;
	more = realloc(*buffer, wider);
	if (!more)
		return false;
	*buffer = more;
	*room = wider;
	return true;
}

static bool answer_bytes(struct cache_client *client, const void *data,
			 size_t size)
{
	if (!reserve(&client->output, &client->output_room,
		     client->n_output + size))
		return false;
	memcpy(client->output + client->n_output, data, size);
	client->n_output += size;
	return true;
}

__attribute__((format(printf, 2, 3))) static bool
answer(struct cache_client *client, const char *format, ...)
{
	char line[256];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	return answer_bytes(client, line, (size_t)n);
}

static bool answer_get(struct cache_client *client, const char *key,
		       struct cache_memory *memory)
{
	const void *value;
	size_t size;

	if (!memory || cache_memory_get(memory, key, &value, &size) < 0)
		return answer(client, "MISS\n");
	return answer(client, "VALUE %zu\n", size) &&
	       answer_bytes(client, value, size);
}

static bool answer_stat(struct cache_client *client,
			const struct cache_memory *memory)
{
	struct cache_memory_numbers n = { 0 };

	if (memory)
		cache_memory_count(memory, &n);
	return answer(client,
		      "memory %d\nkeys %" PRIu64 "\nbytes %" PRIu64
		      "\nrestored %" PRIu64 "\nevicted %" PRIu64
		      "\npoisoned %" PRIu64 "\nEND\n",
		      memory != NULL, n.keys, n.bytes, n.restored, n.evicted,
		      n.poisoned);
}

static bool answer_set(struct cache_client *client, const char *key,
		       const void *value, size_t size,
		       struct cache_memory *memory)
{
	int r;

	if (!memory)
		return answer(client, "ERROR there is no memory\n");
	r = cache_memory_set(memory, key, value, size);
	return r < 0 ? answer(client, "ERROR %s\n", strerror(-r))
		     : answer(client, "OK\n");
}

/* The bytes that a line and what belongs to it have; 0: they are not all here;
 * -1: that is no line of the protocol. */
static ssize_t answer_line(struct cache_client *client,
			   struct cache_memory *memory)
{
	const char *end =
		memchr(client->input, '\n',
		       client->n_input < LINE_MAX_SIZE ? client->n_input
						       : LINE_MAX_SIZE);
	char line[LINE_MAX_SIZE + 1], key[CACHE_KEY_MAX + 1];
	size_t length, size;
	bool done;

	if (!end)
		return client->n_input < LINE_MAX_SIZE ? 0 : -1;
	length = (size_t)(end - client->input) + 1;
	memcpy(line, client->input, length);
	line[length - 1] = '\0';
	if (sscanf(line, "SET %250s %zu", key, &size) == 2) {
		if (size > CACHE_VALUE_MAX)
			return -1;
		if (client->n_input < length + size)
			return 0;
		done = answer_set(client, key, client->input + length, size,
				  memory);
		length += size;
	} else if (sscanf(line, "GET %250s", key) == 1) {
		done = answer_get(client, key, memory);
	} else if (sscanf(line, "DEL %250s", key) == 1) {
		done = answer(client, "%s\n",
			      memory && cache_memory_remove(memory, key) >= 0
				      ? "OK"
				      : "MISS");
	} else if (strcmp(line, "STAT") == 0) {
		done = answer_stat(client, memory);
	} else {
		done = answer(client, "ERROR SET, GET, DEL or STAT\n");
	}
	return done ? (ssize_t)length : -1;
}

static bool answer_all(struct cache_client *client, struct cache_memory *memory)
{
	while (client->n_input > 0 && client->n_output < OUTPUT_MAX) {
		const ssize_t n = answer_line(client, memory);

		if (n <= 0)
			return n == 0;
		client->n_input -= (size_t)n;
		memmove(client->input, client->input + n, client->n_input);
	}
	return true;
}

static bool receive(struct cache_client *client)
{
	ssize_t n;

	if (!reserve(&client->input, &client->input_room,
		     client->n_input + READ_SIZE))
		return false;
	n = read(client->in, client->input + client->n_input, READ_SIZE);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	client->ended = n == 0;
	client->n_input += (size_t)n;
	return true;
}

static bool send_output(struct cache_client *client)
{
	ssize_t n = write(client->out, client->output, client->n_output);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	client->n_output -= (size_t)n;
	memmove(client->output, client->output + n, client->n_output);
	return true;
}

short cache_client_events(const struct cache_client *client)
{
	return (short)((client->n_output < OUTPUT_MAX && !client->ended ? POLLIN
									: 0) |
		       (client->n_output > 0 ? POLLOUT : 0));
}

bool cache_client_process(struct cache_client *client, short events,
			  struct cache_memory *memory)
{
	if ((events & (POLLIN | POLLHUP)) && !client->ended && !receive(client))
		return false;
	if (events & (POLLERR | POLLNVAL))
		return false;
	if (!answer_all(client, memory))
		return false;
	if (client->n_output > 0 && !send_output(client))
		return false;
	return !client->ended || client->n_output > 0;
}
