// SPDX-License-Identifier: GPL-2.0-or-later
/* clang-format off */
/*
 * What the cases about kmem need and the shell cannot do.
 *
 * usage: kmem-tool poll FILE SECONDS      until sysfs notifies FILE's readers
 *        kmem-tool uevents FILE           appends the kernel's uevents to FILE
 *        kmem-tool pin NODE MIB           a long-term pin on memory of NODE, as
 *                                         soon as that has any; before, "ring"
 *        kmem-tool hugetlb MIB            reserves huge pages, touches none
 *        kmem-tool pipe NODE KIB          kernel memory of NODE: full pipes
 *        kmem-tool hold NODE MIB          memory of NODE, written all the time
 *        kmem-tool lock NODE MIB          memory of NODE, locked by mlock(2)
 *        kmem-tool sparse NODE            a page of NODE in 80 TiB of addresses
 * All but poll say "ready" when they have it and run until they are killed.
 */
/* clang-format on */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/mempolicy.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int fail(const char *what)
{
	fprintf(stderr, "kmem-tool: %s: %s\n", what, strerror(errno));
	return 1;
}

static int ready(void)
{
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
	return 0;
}

/* From now on all memory of this task, its kernel memory too, is of NODE. */
static int bind_to(const char *node)
{
	unsigned long mask = 1UL << atoi(node);

	return syscall(SYS_set_mempolicy, MPOL_BIND, &mask, 64);
}

/* Memory of NODE for data alone, none for the kernel's own use. */
static void *map_on(const char *node, size_t size, int policy)
{
	unsigned long mask = 1UL << atoi(node);
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	if (!syscall(SYS_mbind, p, size, policy, &mask, 64, 0))
		return p;
	munmap(p, size);
	return NULL;
}

static int cmd_poll(char **args)
{
	char buf[256];
	struct pollfd pfd = { .events = POLLPRI };

	pfd.fd = open(args[0], O_RDONLY);
	if (pfd.fd < 0 || read(pfd.fd, buf, sizeof(buf)) < 0)
		return fail(args[0]);
	puts("ready");
	fflush(stdout);
	if (poll(&pfd, 1, atoi(args[1]) * 1000) != 1)
		return 1;
	return pfd.revents & POLLPRI ? 0 : 1;
}

/* One line per event, its words separated by spaces. */
static int cmd_uevents(char **args)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_KOBJECT_UEVENT);
	FILE *file = fopen(args[0], "a");
	static char buf[65536];
	ssize_t size, i;

	if (!file)
		return fail(args[0]);
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		return fail("uevents");
	puts("ready");
	fflush(stdout);
	while ((size = recv(fd, buf, sizeof(buf) - 1, 0)) > 0) {
		for (i = 0; i < size; i++)
			if (!buf[i])
				buf[i] = ' ';
		fprintf(file, "%.*s\n", (int)size, buf);
		fflush(file);
	}
	return fail("recv");
}

/* Waits until the node has memory. */
static void *map_soon_on(const char *node, size_t size)
{
	void *p;

	while (!(p = map_on(node, size, MPOL_BIND)) && errno == EINVAL)
		usleep(1000);
	return p;
}

/*
 * The ring is made before the node has memory: io_uring in 6.1 allocates kernel
 * memory of each node that is online (struct io_wqe), and that would be one
 * more reason why a block cannot go offline.
 */
static int cmd_pin(char **args)
{
	struct io_uring_params params = {};
	struct iovec iov = { .iov_len = (size_t)atoi(args[1]) << 20 };
	int ring = syscall(SYS_io_uring_setup, 4, &params);

	if (ring < 0)
		return fail("io_uring_setup");
	puts("ring");
	fflush(stdout);
	iov.iov_base = map_soon_on(args[0], iov.iov_len);
	if (!iov.iov_base)
		return fail("mbind");
	madvise(iov.iov_base, iov.iov_len, MADV_NOHUGEPAGE);
	memset(iov.iov_base, 1, iov.iov_len);
	if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &iov,
		    1))
		return fail("io_uring_register");
	return ready();
}

static int cmd_hugetlb(char **args)
{
	void *p =
		mmap(NULL, (size_t)atoi(args[0]) << 20, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

	return p == MAP_FAILED ? fail("mmap") : ready();
}

static int cmd_pipe(char **args)
{
	long left = atol(args[1]) << 10;
	static char page[4096];
	int fd[2];

	if (bind_to(args[0]))
		return fail("set_mempolicy");
	while (left > 0) {
		ssize_t n;

		if (pipe2(fd, O_NONBLOCK))
			return fail("pipe");
		if (fcntl(fd[1], F_SETPIPE_SZ, 1 << 20) < 0)
			return fail("F_SETPIPE_SZ");
		while ((n = write(fd[1], page, sizeof(page))) > 0)
			left -= n;
	}
	return ready();
}

static int cmd_hold(char **args)
{
	size_t size = (size_t)atoi(args[1]) << 20, i;
	unsigned char *p;

	/* Not bound: without memory there, the OOM killer would come. */
	p = map_on(args[0], size, MPOL_PREFERRED);
	if (!p)
		return fail("mbind");
	memset(p, 1, size);
	puts("ready");
	fflush(stdout);
	for (;;) {
		for (i = 0; i < size; i += 4096)
			p[i]++;
		usleep(1000);
	}
}

static int cmd_lock(char **args)
{
	size_t size = (size_t)atoi(args[1]) << 20;
	void *p = map_on(args[0], size, MPOL_BIND);

	if (!p)
		return fail("mbind");
	return mlock(p, size) ? fail("mlock") : ready();
}

static int cmd_sparse(char **args)
{
	const size_t tib = 1UL << 40;
	char *p = mmap(NULL, 80 * tib, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return fail("mmap");
	madvise(p, 80 * tib, MADV_NOHUGEPAGE);
	if (bind_to(args[0]))
		return fail("set_mempolicy");
	p[70 * tib] = 1;
	if (syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0))
		return fail("set_mempolicy");
	return ready();
}

static const struct {
	const char *name;
	int nr_args;
	int (*run)(char **args);
} commands[] = {
	{ "poll", 2, cmd_poll }, { "uevents", 1, cmd_uevents },
	{ "pin", 2, cmd_pin },	 { "hugetlb", 1, cmd_hugetlb },
	{ "pipe", 2, cmd_pipe }, { "hold", 2, cmd_hold },
	{ "lock", 2, cmd_lock }, { "sparse", 1, cmd_sparse },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(argv[1], commands[i].name) &&
		    argc == commands[i].nr_args + 2)
			return commands[i].run(argv + 2);
	fputs("usage: see tests/vm/tools/kmem-tool.c\n", stderr);
	return 2;
}
