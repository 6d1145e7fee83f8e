// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the cases about device_dax need and the shell cannot do.
 *
 * usage: dax-tool rules DEV ALIGN SIZE        what may be mapped, what not
 *        dax-tool fill DEV OFFSET LEN SEED    writes a pattern
 *        dax-tool verify DEV OFFSET LEN SEED  compares
 *        dax-tool direct DEV OFFSET LEN FILE  O_DIRECT, to FILE and back
 *        dax-tool fork DEV LEN yes|no         is a mapping inherited?
 *        dax-tool poison DEV ALIGN SIZE OFFSET    memory failure
 *        dax-tool open|map|pin|orphan|pipe DEV LEN    holds that
 *        dax-tool page DEV ALIGN OFFSET       holds a mapping of that page
 *        dax-tool parts DEV ALIGN             holds pieces of a mapping
 *        dax-tool killed DEV LEN              until a fault fails: unbound
 *        dax-tool errno DEV|'#'FD LEN         what open and mmap say
 *        dax-tool poll FILE WORD SECONDS      until FILE reads WORD, by poll
 *        dax-tool uevents FILE                appends uevents to FILE
 *        dax-tool storm DEV ALIGN SIZE SECONDS    many users at random
 *        dax-tool bench DEV ALIGN SIZE        "NAME PER-SECOND" lines
 * STRICT=0 in the environment leaves out what the in-tree driver lacks.
 * open, map, page, parts, pin and pipe say "ready" when they have it and hold it until they
 * are killed; orphan is a pin without mapping or file.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_xdp.h>
#include <linux/io_uring.h>
#include <linux/netlink.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SMALL 4096UL
#define HUGE (1UL << 30)

__attribute__((format(printf, 1, 2)))
static void die(const char *format, ...)
{
	va_list args;

	fputs("dax-tool: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static void ok(const char *what)
{
	printf("ok: %s\n", what);
}

static size_t number(const char *text)
{
	char *end;
	size_t value = strtoull(text, &end, 0);

	switch (*end) {
	case 'K': return value << 10;
	case 'M': return value << 20;
	case 'G': return value << 30;
	case '\0': return value;
	}
	die("'%s' is no number", text);
	return 0;
}

static bool is_strict(void)
{
	const char *text = getenv("STRICT");

	return !text || *text != '0';
}

static int open_dev(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		die("open %s: %s", path, strerror(errno));
	return fd;
}

static char *map_at(int fd, size_t length, size_t offset)
{
	char *p = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		       offset);

	if (p == MAP_FAILED)
		die("mmap of %#zx at %#zx: %s", length, offset,
		    strerror(errno));
	return p;
}

static void ready(void)
{
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}

/* Signals of a fault: what happened, instead of dying of it. */
static sigjmp_buf after_fault;
static siginfo_t fault;

static void on_fault(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	fault = *info;
	siglongjmp(after_fault, 1);
}

static void catch_faults(void)
{
	struct sigaction action = {
		.sa_sigaction = on_fault,
		.sa_flags = SA_SIGINFO,
	};

	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
}

/* Returns the signal, or 0. */
static int touch(volatile char *p, bool write)
{
	if (sigsetjmp(after_fault, 1))
		return fault.si_signo;
	if (write)
		*p = 1;
	else
		(void)*p;
	return 0;
}

static void expect_touch(char *p, bool write, int wanted, const char *what)
{
	int got = touch(p, write);

	if (got != wanted)
		die("%s: signal %d, not %d", what, got, wanted);
	ok(what);
}

static void expect_errno(long rc, int wanted, const char *what)
{
	if (rc != -1)
		die("%s: was not refused", what);
	if (errno != wanted)
		die("%s: %s, not %s", what, strerror(errno), strerror(wanted));
	ok(what);
}

static void expect_ok(long rc, const char *what)
{
	if (rc == -1)
		die("%s: %s", what, strerror(errno));
	ok(what);
}

static long try_map(void *at, size_t length, int prot, int flags, int fd,
		    size_t offset)
{
	return (long)mmap(at, length, prot, flags, fd, offset);
}

/* Room for @length, aligned, with nothing in it. */
static char *room(size_t length, size_t align)
{
	char *p = mmap(NULL, length + align, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die("no room");
	munmap(p, length + align);
	return (char *)(((uintptr_t)p + align - 1) & ~(align - 1));
}

static void rules_of_mmap(int fd, size_t align, size_t size)
{
	const int rw = PROT_READ | PROT_WRITE;
	char *p;

	expect_errno(try_map(NULL, align, rw, MAP_PRIVATE | MAP_NORESERVE,
			     fd, 0), EINVAL,
		     "MAP_PRIVATE is refused");
	expect_ok((long)(p = map_at(fd, align, 0)), "MAP_SHARED");
	if ((uintptr_t)p % align)
		die("mmap chose %p", p);
	munmap(p, align);
	p = (char *)try_map(NULL, align, rw, MAP_SHARED_VALIDATE | MAP_SYNC, fd,
			    0);
	expect_ok((long)p, "MAP_SYNC");
	munmap(p, align);
	p = map_at(fd, align, size);
	expect_touch(p, true, SIGBUS, "beyond the end: SIGBUS");
	munmap(p, align);
	if (align == SMALL)
		return;
	expect_errno(try_map(NULL, align / 2, rw, MAP_SHARED, fd, 0), EINVAL,
		     "a length that is no multiple is refused");
	expect_errno(try_map(room(2 * align, align) + align / 2, align, rw,
			     MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0), EINVAL,
		     "an address that is no multiple is refused");
	if (is_strict())
		expect_errno(try_map(room(align, align), align, rw,
				     MAP_SHARED | MAP_FIXED_NOREPLACE, fd,
				     align / 2), EINVAL,
			     "an offset that is no multiple is refused");
}

static void rules_of_access(const char *path, size_t align)
{
	int fd = open_dev(path, O_RDONLY);
	char *p;

	expect_errno(try_map(NULL, align, PROT_WRITE, MAP_SHARED, fd, 0),
		     EACCES, "to write, O_RDONLY is refused");
	expect_errno(read(fd, &p, 1), EINVAL, "read() is refused");
	p = (char *)try_map(NULL, align, PROT_READ, MAP_SHARED, fd, 0);
	expect_touch(p, false, 0, "reading through a read-only mapping");
	expect_touch(p, true, SIGSEGV, "writing through it: SIGSEGV");
	munmap(p, align);
	close(fd);
}

static void rules_of_protection(char *p, size_t align)
{
	expect_ok(mprotect(p, align, PROT_READ), "mprotect");
	/* The kernel itself forgets to tell CPUs that have such a page. */
	if (align < HUGE || is_strict())
		expect_touch(p, true, SIGSEGV, "writing after it: SIGSEGV");
	expect_ok(mprotect(p, align, PROT_READ | PROT_WRITE), "and back");
}

static void rules_of_moving(char *p, size_t align)
{
	char *to = room(2 * align, align), *q;

	if (align > SMALL && is_strict())
		expect_errno((long)mremap(p, align, align,
					  MREMAP_MAYMOVE | MREMAP_FIXED,
					  to + align / 2), EINVAL,
			     "mremap to an address between is refused");
	q = mremap(p, align, align, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	if (align == HUGE && is_strict()) {
		expect_errno((long)q, EINVAL, "mremap of 1G is refused");
		q = p;
	}
	expect_ok((long)q, "mremap");
	if (q[7] != 42)
		die("mremap lost the page");
	munmap(q, align);
}

static void rules_of_parts(int fd, size_t align)
{
	char *p = map_at(fd, align, 0);

	p[7] = 42;
	if (align > SMALL) {
		expect_errno(munmap(p, align / 2), EINVAL,
			     "munmap of half a page is refused");
		expect_errno(mprotect(p, align / 2, PROT_READ), EINVAL,
			     "mprotect of half a page is refused");
	}
	rules_of_protection(p, align);
	rules_of_moving(p, align);
}

/* Two pages, of which one goes: where there are two. */
static void rules_of_two(int fd, size_t align, size_t size)
{
	char *p;

	if (size < 2 * align)
		return;
	p = map_at(fd, 2 * align, 0);
	p[0] = 1;
	p[align] = 2;
	expect_ok(munmap(p, align), "munmap of one page of two");
	expect_touch(p + align, true, 0, "the other one is there");
	expect_touch(p, false, SIGSEGV, "and the one is not");
	munmap(p + align, align);
}

static int rules(char **args)
{
	size_t align = number(args[1]), size = number(args[2]);
	int fd = open_dev(args[0], O_RDWR);

	catch_faults();
	rules_of_mmap(fd, align, size);
	rules_of_access(args[0], align);
	rules_of_parts(fd, align);
	rules_of_two(fd, align, size);
	return 0;
}

static uint64_t word_at(size_t i, uint64_t seed)
{
	return (i + 1) * 0x9e3779b97f4a7c15ULL ^ seed;
}

static void fill_words(void *p, size_t length, uint64_t seed)
{
	uint64_t *words = p;
	size_t i;

	for (i = 0; i < length / sizeof(*words); i++)
		words[i] = word_at(i, seed);
}

static void verify_words(const void *p, size_t length, uint64_t seed)
{
	const uint64_t *words = p;
	size_t i;

	for (i = 0; i < length / sizeof(*words); i++)
		if (words[i] != word_at(i, seed))
			die("other data at %#zx", i * sizeof(*words));
}

/* A mapping of whole pages around the part that is asked for. */
static char *map_around(const char *path, size_t offset, size_t length)
{
	size_t align = number(getenv("ALIGN") ?: "1G");
	size_t begin = offset & ~(align - 1);
	size_t end = (offset + length + align - 1) & ~(align - 1);
	int fd = open_dev(path, O_RDWR);
	char *p = map_at(fd, end - begin, begin);

	close(fd);
	return p + (offset - begin);
}

static int fill(char **args)
{
	size_t length = number(args[2]);

	fill_words(map_around(args[0], number(args[1]), length), length,
		   number(args[3]));
	return 0;
}

static int verify(char **args)
{
	size_t length = number(args[2]);

	verify_words(map_around(args[0], number(args[1]), length), length,
		     number(args[3]));
	return 0;
}

static void expect_bytes(ssize_t got, size_t wanted, const char *what)
{
	if (got < 0)
		die("%s: %s", what, strerror(errno));
	if ((size_t)got != wanted)
		die("%s: %zd of %zu bytes", what, got, wanted);
	ok(what);
}

static int direct(char **args)
{
	size_t length = number(args[2]);
	char *p = map_around(args[0], number(args[1]), length);
	char *copy = mmap(NULL, length, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open_dev(args[3], O_RDWR | O_DIRECT);

	fill_words(p, length, 17);
	expect_bytes(pwrite(fd, p, length, 0), length,
		     "O_DIRECT from the mapping to the disk");
	expect_bytes(pread(fd, copy, length, 0), length, "read it elsewhere");
	verify_words(copy, length, 17);
	fill_words(copy, length, 18);
	expect_bytes(pwrite(fd, copy, length, 0), length, "write other data");
	expect_bytes(pread(fd, p, length, 0), length,
		     "O_DIRECT from the disk to the mapping");
	verify_words(p, length, 18);
	return 0;
}

/* The child's signal when it touches the parent's mapping, or 0. */
static int child_touch(char *p)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(touch(p, false));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int fork_test(char **args)
{
	size_t length = number(args[1]);
	char *p = map_at(open_dev(args[0], O_RDWR), length, 0);
	bool inherited = !strcmp(args[2], "yes");

	catch_faults();
	p[0] = 1;
	if (child_touch(p) != (inherited ? 0 : SIGSEGV))
		die("in a child: another signal than expected");
	ok(inherited ? "a child has it" : "a child does not have it");
	if (inherited)
		return 0;
	if (madvise(p, length, MADV_DOFORK))
		die("MADV_DOFORK: %s", strerror(errno));
	if (child_touch(p) != SIGBUS)
		die("after MADV_DOFORK: no SIGBUS in a child");
	ok("with MADV_DOFORK it has one that it cannot use");
	expect_touch(p, true, 0, "the parent still has it");
	return 0;
}

static void expect_mce(char *p, size_t align)
{
	if (touch(p, false) != SIGBUS)
		die("memory failure: no SIGBUS");
	if (fault.si_code != BUS_MCEERR_AR)
		die("memory failure: si_code %d", fault.si_code);
	if (fault.si_addr < (void *)(p - (uintptr_t)p % align) ||
	    fault.si_addr >= (void *)(p - (uintptr_t)p % align + align))
		die("memory failure at %p: address %p", p, fault.si_addr);
	printf("ok: BUS_MCEERR_AR, granularity 2^%d\n", fault.si_addr_lsb);
}

/* The kernel sends the signal from within madvise(). */
static void fail_memory(char *p, size_t align)
{
	if (sigsetjmp(after_fault, 1)) {
		if (fault.si_signo != SIGBUS || fault.si_code != BUS_MCEERR_AR)
			die("memory failure: signal %d code %d",
			    fault.si_signo, fault.si_code);
		if ((size_t)1 << fault.si_addr_lsb != align)
			die("memory failure: granularity 2^%d",
			    fault.si_addr_lsb);
		if ((uintptr_t)fault.si_addr / align != (uintptr_t)p / align)
			die("memory failure at %p: address %p", p,
			    fault.si_addr);
		ok("memory failure: BUS_MCEERR_AR of this page");
		return;
	}
	if (madvise(p, SMALL, MADV_HWPOISON))
		die("MADV_HWPOISON: %s", strerror(errno));
	die("memory failure: no signal");
}

static int poison(char **args)
{
	size_t align = number(args[1]), size = number(args[2]);
	size_t offset = number(args[3]);
	char *p = map_at(open_dev(args[0], O_RDWR), size, 0);

	catch_faults();
	p[offset] = 1;
	fail_memory(p + offset, align);
	if (align == SMALL && is_strict())
		expect_mce(p + offset, align);
	if (size > align)
		expect_touch(p + (offset + align) % size, true, 0,
			     "the next page goes on working");
	return 0;
}

static char *hold_map(const char *path, size_t length)
{
	char *p = map_at(open_dev(path, O_RDWR), length, 0);

	p[0] = 1;
	return p;
}

static int hold_open(char **args)
{
	open_dev(args[0], O_RDWR);
	ready();
	return 0;
}

static int map(char **args)
{
	hold_map(args[0], number(args[1]));
	ready();
	return 0;
}

static int map_page(char **args)
{
	size_t align = number(args[1]);
	char *p = map_at(open_dev(args[0], O_RDWR), align, number(args[2]));

	p[0] = 1;
	ready();
	return 0;
}

/* Four pages, of which the second goes and the last is made read-only. */
static int parts(char **args)
{
	size_t align = number(args[1]);
	char *p = hold_map(args[0], 4 * align);

	if (munmap(p + align, align) ||
	    mprotect(p + 3 * align, align, PROT_READ))
		die("parts: %s", strerror(errno));
	ready();
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

static int pin(char **args)
{
	size_t length = number(args[1]);

	pin_buffer(hold_map(args[0], length), length);
	ready();
	return 0;
}

static int orphan(char **args)
{
	size_t length = number(args[1]);
	int fd = open_dev(args[0], O_RDWR);
	char *p = map_at(fd, length, 0);

	pin_buffer(p, length);
	munmap(p, length);
	close(fd);
	ready();
	return 0;
}

static int hold_pipe(char **args)
{
	char *p = hold_map(args[0], number(args[1]));
	struct iovec part = { .iov_base = p, .iov_len = 4 * SMALL };
	int fds[2];

	if (pipe(fds) || vmsplice(fds[1], &part, 1, 0) < 0)
		die("vmsplice: %s", strerror(errno));
	ready();
	return 0;
}

static int killed(char **args)
{
	size_t length = number(args[1]);
	char *p = hold_map(args[0], length);
	int i;

	catch_faults();
	puts("ready");
	fflush(stdout);
	for (i = 0; i < 3000 && !touch(p, true); i++)
		usleep(10000);
	if (!touch(p, true) || fault.si_signo != SIGBUS)
		die("no SIGBUS");
	puts("SIGBUS");
	fflush(stdout);
	/* And it stays so. */
	getchar();
	if (touch(p, true) != SIGBUS)
		die("it came back to life");
	puts("SIGBUS");
	return 0;
}

static const char *errno_of(long rc)
{
	return rc == -1 ? strerrorname_np(errno) : "0";
}

static int errno_test(char **args)
{
	int fd = *args[0] == '#' ? atoi(args[0] + 1) : open(args[0], O_RDWR);

	printf("%s ", errno_of(fd));
	puts(fd < 0 ? "-" : errno_of(try_map(NULL, number(args[1]), PROT_READ,
					     MAP_SHARED, fd, 0)));
	return 0;
}

static bool reads(int fd, const char *word)
{
	char text[256];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (n < 0)
		die("read: %s", strerror(errno));
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return !strcmp(text, word);
}

static int poll_test(char **args)
{
	struct pollfd pollfd = { .fd = open_dev(args[0], O_RDONLY),
				 .events = POLLPRI };

	while (!reads(pollfd.fd, args[1]))
		if (poll(&pollfd, 1, atoi(args[2]) * 1000) <= 0)
			die("%s: nobody said '%s'", args[0], args[1]);
	return 0;
}

static int uevents(char **args)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_KOBJECT_UEVENT);
	int out = open(args[0], O_WRONLY | O_CREAT | O_APPEND, 0644);
	char text[4096];
	ssize_t n, i;

	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		die("netlink: %s", strerror(errno));
	puts("ready");
	fflush(stdout);
	while ((n = recv(fd, text, sizeof(text), 0)) > 0) {
		for (i = 0; i < n; i++)
			if (!text[i])
				text[i] = ' ';
		dprintf(out, "%.*s\n", (int)n, text);
	}
	return 0;
}

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

static int storm(char **args)
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

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void touch_all(char *p, size_t align, size_t size)
{
	size_t i;

	for (i = 0; i < size; i += align)
		*(volatile char *)(p + i) = 1;
}

/* What one sample is made of: each returns how much it did. */
struct sample {
	int fd;
	size_t align;
	size_t size;
	char *p;
	double begin;
};

static double fault_sample(struct sample *sample)
{
	sample->p = map_at(sample->fd, sample->size, 0);
	sample->begin = now();
	touch_all(sample->p, sample->align, sample->size);
	return sample->size / sample->align;
}

static double map_sample(struct sample *sample)
{
	int i;

	for (i = 0; i < 1000; i++)
		munmap(map_at(sample->fd, sample->align, 0), sample->align);
	return i;
}

static double stream_sample(struct sample *sample)
{
	sample->p = map_at(sample->fd, sample->size, 0);
	touch_all(sample->p, sample->align, sample->size);
	sample->begin = now();
	memset(sample->p, 2, sample->size);
	return (double)sample->size / (1 << 20);
}

/* The best of the samples: what disturbs only slows down. */
static void bench_one(const char *name, struct sample *sample,
		      double (*take)(struct sample *sample))
{
	double rate, best = 0, end = now() + 0.6, done;

	while (now() < end) {
		sample->p = NULL;
		sample->begin = now();
		done = take(sample);
		rate = done / (now() - sample->begin);
		if (rate > best)
			best = rate;
		if (sample->p)
			munmap(sample->p, sample->size);
	}
	printf("%s %.0f\n", name, best);
}

static int bench(char **args)
{
	struct sample sample = {
		.fd = open_dev(args[0], O_RDWR),
		.align = number(args[1]),
		.size = number(args[2]),
	};

	sample.p = map_at(sample.fd, sample.size, 0);
	touch_all(sample.p, sample.align, sample.size);
	munmap(sample.p, sample.size);
	bench_one("faults", &sample, fault_sample);
	bench_one("mmap", &sample, map_sample);
	if (sample.size > 64 << 20)
		sample.size = 64 << 20;
	bench_one("stream", &sample, stream_sample);
	return 0;
}

static const struct {
	const char *name;
	int args;
	int (*run)(char **args);
} commands[] = {
	{ "rules", 3, rules },
	{ "fill", 4, fill },
	{ "verify", 4, verify },
	{ "direct", 4, direct },
	{ "fork", 3, fork_test },
	{ "poison", 4, poison },
	{ "open", 2, hold_open },
	{ "map", 2, map },
	{ "page", 3, map_page },
	{ "parts", 2, parts },
	{ "pin", 2, pin },
	{ "orphan", 2, orphan },
	{ "pipe", 2, hold_pipe },
	{ "killed", 2, killed },
	{ "errno", 2, errno_test },
	{ "poll", 3, poll_test },
	{ "uevents", 1, uevents },
	{ "storm", 4, storm },
	{ "bench", 3, bench },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(argv[1], commands[i].name) &&
		    argc == 2 + commands[i].args)
			return commands[i].run(argv + 2);
	fputs("usage: see the head of dax-tool.c\n", stderr);
	return 2;
}
