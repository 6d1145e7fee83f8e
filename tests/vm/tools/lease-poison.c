// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A tenant whose memory fails:
 *   lease-poison POOL SIZE ALIGN OFFSET
 * leases SIZE bytes, has the page at OFFSET fail, and prints what it hears of
 * that within 10 s: "SIGBUS", "event poisoned OFFSET LENGTH" or "no event", and
 * whether the incarnation is another. Then the rest must go on working; it
 * prints "ready" and stays until SIGTERM.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/daxbroker.h"

#define PAGE 4096
#define EVENT_MSEC 10000

static sigjmp_buf after_fault;

static void die(const char *what, int error)
{
	fprintf(stderr, "lease-poison: %s: %s\n", what, strerror(error));
	exit(1);
}

static struct daxbroker_lease *acquire(const char *pool, uint64_t size,
				       uint64_t align)
{
	struct daxbroker_request *request;
	struct daxbroker_lease *lease;
	char *error = NULL;
	int r;

	r = daxbroker_request_new(pool, size, &request);
	if (r >= 0)
		r = daxbroker_request_set_align(request, align);
	if (r >= 0)
		r = daxbroker_request_set_name(request, "poisoned");
	if (r >= 0)
		r = daxbroker_request_set_wait(request, DAXBROKER_FOREVER);
	if (r < 0)
		die(pool, -r);
	r = daxbroker_acquire(request, &lease, &error);
	if (r < 0)
		die(error ? error : pool, -r);
	daxbroker_request_free(request);
	return lease;
}

static void on_bus(int signal)
{
	(void)signal;
	siglongjmp(after_fault, 1);
}

/* The kernel sends the signal from within madvise(2). */
static void fail_memory(char *page)
{
	signal(SIGBUS, on_bus);
	if (sigsetjmp(after_fault, 1)) {
		puts("SIGBUS");
		return;
	}
	if (madvise(page, PAGE, MADV_HWPOISON) < 0)
		die("MADV_HWPOISON", errno);
	puts("no signal");
}

static void wait_for_event(struct daxbroker_lease *lease)
{
	struct pollfd fd = { .fd = daxbroker_lease_get_event_fd(lease),
			     .events = POLLIN };
	struct daxbroker_event event;

	while (poll(&fd, 1, EVENT_MSEC) > 0) {
		int r = daxbroker_lease_process(lease, &event);

		if (r < 0)
			die("daxbroker_lease_process", -r);
		if (r == 0 || event.type != DAXBROKER_EVENT_POISONED)
			continue;
		printf("event poisoned %ju %ju\n", (uintmax_t)event.offset,
		       (uintmax_t)event.length);
		return;
	}
	puts("no event");
}

/* Everything but the page that has failed. */
static void expect_rest(char *memory, uint64_t size, uint64_t align,
			uint64_t offset)
{
	for (uint64_t at = 0; at < size; at += PAGE)
		if (at / align != offset / align)
			memory[at] = 2;
}

int main(int argc, char **argv)
{
	uint64_t size, align, offset;
	struct daxbroker_lease *lease;
	char before[33];
	void *memory;
	sigset_t set;
	int r;

	if (argc != 5) {
		fprintf(stderr, "usage: lease-poison POOL SIZE ALIGN OFFSET\n");
		return 2;
	}
	size = strtoull(argv[2], NULL, 0);
	align = strtoull(argv[3], NULL, 0);
	offset = strtoull(argv[4], NULL, 0);
	lease = acquire(argv[1], size, align);
	r = daxbroker_lease_map(lease, 0, size, 0, &memory);
	if (r < 0)
		die("map", -r);
	snprintf(before, sizeof(before), "%s",
		 daxbroker_lease_get_incarnation(lease));
	((char *)memory)[offset] = 1;
	fail_memory((char *)memory + offset);
	wait_for_event(lease);
	puts(strcmp(before, daxbroker_lease_get_incarnation(lease)) == 0
		     ? "the same incarnation"
		     : "another incarnation");
	expect_rest(memory, size, align, offset);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	puts("ready");
	fflush(stdout);
	sigwaitinfo(&set, NULL);
	return 0;
}
