// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prints the snapshot of a root (default: the running machine), with the
 * holders, to see what a guest has:
 *
 * usage: dump-snapshot [--count N] [ROOT]
 *
 * With --count it is read N times and only the time of one is printed.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "basic/cleanup.h"
#include "dump.h"
#include "facts/holders.h"
#include "facts/snapshot-read.h"

static int print(int root_fd)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_free_ char *dump = NULL;
	int r;

	r = facts_snapshot_read(root_fd, &s);
	if (r < 0)
		return r;
	r = facts_holders_load(root_fd, s);
	if (r < 0)
		fprintf(stderr, "holders: %s\n", strerror(-r));
	dump = dump_snapshot(s);
	fputs(dump, stdout);
	return 0;
}

static int measure(int root_fd, int count)
{
	struct timespec start, end;
	int i;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (i = 0; i < count; i++) {
		_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;

		int r = facts_snapshot_read(root_fd, &s);

		if (r < 0)
			return r;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%.3f ms\n", ((double)(end.tv_sec - start.tv_sec) * 1e3 +
			     (double)(end.tv_nsec - start.tv_nsec) / 1e6) /
				    count);
	return 0;
}

int main(int argc, char *argv[])
{
	_cleanup_close_ int root_fd = -1;
	int count = 0, i = 1, r;

	if (argc > 2 && strcmp(argv[1], "--count") == 0) {
		count = atoi(argv[2]);
		i = 3;
	}
	root_fd = open(argc > i ? argv[i] : "/",
		       O_DIRECTORY | O_CLOEXEC | O_PATH);
	if (root_fd < 0) {
		perror("root");
		return 1;
	}
	r = count > 0 ? measure(root_fd, count) : print(root_fd);
	if (r < 0)
		fprintf(stderr, "%s\n", strerror(-r));
	return r < 0;
}
