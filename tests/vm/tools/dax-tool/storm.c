// SPDX-License-Identifier: GPL-2.0-or-later
/* Many users at random. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "common.h"
#include "fault.h"

/* One user of the storm: maps something, touches it, forks, goes. */
static void storm_user(const char *path, size_t align, size_t size)
{
	size_t pages = size / align;
	size_t n = 1 + rand() % (pages < 8 ? pages : 8);
	size_t first = rand() % (pages - n + 1);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	char *p;
	size_t i;

	if (fd < 0)
		return;
	p = mmap(NULL, n * align, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		 first * align);
	if (rand() % 2)
		close(fd);
	if (p == MAP_FAILED)
		return;
	if (rand() % 4 == 0)
		fork();
	for (i = 0; i < n; i++)
		touch(p + i * align, rand() % 2);
	if (rand() % 8 == 0) {
		struct iovec part = { p, SMALL };
		int fds[2];

		if (!pipe(fds))
			vmsplice(fds[1], &part, 1, SPLICE_F_NONBLOCK);
	}
	if (n > 1 && rand() % 2)
		munmap(p, align);
	if (rand() % 4 == 0)
		madvise(p, n * align, MADV_DOFORK);
	if (rand() % 2)
		_exit(0);
	munmap(p, n * align);
}

int run_storm(char **args)
{
	size_t align = number(args[1]), size = number(args[2]);
	time_t end = time(NULL) + atoi(args[3]);
	int users = 0;

	catch_faults();
	while (time(NULL) < end) {
		if (users >= 8) {
			if (wait(NULL) > 0)
				users--;
			continue;
		}
		if (!fork()) {
			alarm(20);
			srand(getpid() * 2654435761U);
			storm_user(args[0], align, size);
			_exit(0);
		}
		users++;
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
