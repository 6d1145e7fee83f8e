// SPDX-License-Identifier: GPL-2.0-or-later
/* What may be mapped, and what not. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "commands.h"
#include "common.h"
#include "fault.h"

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

	expect_errno(
		try_map(NULL, align, rw, MAP_PRIVATE | MAP_NORESERVE, fd, 0),
		EINVAL, "MAP_PRIVATE is refused");
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
			     MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0),
		     EINVAL, "an address that is no multiple is refused");
	if (is_strict())
		expect_errno(try_map(room(align, align), align, rw,
				     MAP_SHARED | MAP_FIXED_NOREPLACE, fd,
				     align / 2),
			     EINVAL,
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
					  to + align / 2),
			     EINVAL, "mremap to an address between is refused");
	q = mremap(p, align, align, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	expect_ok((long)q, "mremap");
	/* Here the kernel forgets to tell them, too. */
	if (align < HUGE || is_strict())
		expect_touch(p, false, SIGSEGV, "nothing is where it was");
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

int run_rules(char **args)
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

static const char *errno_of(long rc)
{
	return rc == -1 ? strerrorname_np(errno) : "0";
}

int run_errno(char **args)
{
	int fd = *args[0] == '#' ? atoi(args[0] + 1) : open(args[0], O_RDWR);

	printf("%s ", errno_of(fd));
	puts(fd < 0 ? "-"
		    : errno_of(try_map(NULL, number(args[1]), PROT_READ,
				       MAP_SHARED, fd, 0)));
	return 0;
}
