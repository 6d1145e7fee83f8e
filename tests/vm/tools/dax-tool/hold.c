// SPDX-License-Identifier: GPL-2.0-or-later
/* Users of a device, each of its own kind, who stay. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_xdp.h>
#include <linux/io_uring.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "commands.h"
#include "common.h"
#include "fault.h"

static void hold(void)
{
	say("ready");
	for (;;)
		pause();
}

static char *hold_map(const char *path, size_t length)
{
	char *p = map_at(open_dev(path, O_RDWR), length, 0);

	p[0] = 1;
	return p;
}

int run_open(char **args)
{
	open_dev(args[0], O_RDWR);
	hold();
	return 0;
}

int run_map(char **args)
{
	hold_map(args[0], number(args[1]));
	hold();
	return 0;
}

int run_page(char **args)
{
	size_t align = number(args[1]);
	char *p = map_at(open_dev(args[0], O_RDWR), align, number(args[2]));

	p[0] = 1;
	hold();
	return 0;
}

/* Four pages, of which the second goes and the last is made read-only. */
int run_parts(char **args)
{
	size_t align = number(args[1]);
	char *p = hold_map(args[0], 4 * align);

	if (munmap(p + align, align) ||
	    mprotect(p + 3 * align, align, PROT_READ))
		die("parts: %s", strerror(errno));
	hold();
	return 0;
}

/* The same by AF_XDP: io_uring takes no buffers of files until Linux 6.5. */
static void pin_umem(char *p, size_t length)
{
	struct xdp_umem_reg umem = {
		.addr = (uintptr_t)p,
		.len = length,
		.chunk_size = SMALL,
	};
	int fd = socket(AF_XDP, SOCK_RAW, 0);

	if (fd < 0)
		die("socket(AF_XDP): %s", strerror(errno));
	if (setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &umem, sizeof(umem)))
		die("XDP_UMEM_REG: %s", strerror(errno));
	puts("pinned by AF_XDP");
}

static void pin_buffer(char *p, size_t length)
{
	struct iovec buffer = { .iov_base = p, .iov_len = length };
	struct io_uring_params params = {};
	int ring = syscall(SYS_io_uring_setup, 1, &params);

	if (ring < 0)
		die("io_uring_setup: %s", strerror(errno));
	if (!syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS,
		     &buffer, 1))
		puts("pinned by io_uring");
	else if (errno == EOPNOTSUPP)
		pin_umem(p, length);
	else
		die("io_uring_register: %s", strerror(errno));
}

int run_pin(char **args)
{
	size_t length = number(args[1]);

	pin_buffer(hold_map(args[0], length), length);
	hold();
	return 0;
}

int run_orphan(char **args)
{
	size_t length = number(args[1]);
	int fd = open_dev(args[0], O_RDWR);
	char *p = map_at(fd, length, 0);

	pin_buffer(p, length);
	munmap(p, length);
	close(fd);
	hold();
	return 0;
}

int run_pipe(char **args)
{
	char *p = hold_map(args[0], number(args[1]));
	struct iovec part = { .iov_base = p, .iov_len = 4 * SMALL };
	int fds[2];

	if (pipe(fds) || vmsplice(fds[1], &part, 1, 0) < 0)
		die("vmsplice: %s", strerror(errno));
	hold();
	return 0;
}

int run_killed(char **args)
{
	size_t length = number(args[1]);
	char *p = hold_map(args[0], length);
	int i;

	catch_faults();
	say("ready");
	for (i = 0; i < 3000 && !touch(p, true); i++)
		usleep(10000);
	if (!touch(p, true) || fault.si_signo != SIGBUS)
		die("no SIGBUS");
	say("SIGBUS");
	/* And it stays so. */
	getchar();
	if (touch(p, true) != SIGBUS)
		die("it came back to life");
	say("SIGBUS");
	return 0;
}
