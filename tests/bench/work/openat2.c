// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * valgrind 3.19 does not know openat2(2). Where this is preloaded, openat(2)
 * does it: for trees that no link leads out of.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef long (*syscall_fn)(long number, ...);

static int open_below(int fd, const char *path, const struct open_how *how)
{
	while (*path == '/')
		path++;
	return openat(fd, *path ? path : ".", (int)how->flags,
		      (mode_t)how->mode);
}

long syscall(long number, ...)
{
	syscall_fn next;
	long a[6];
	va_list ap;

	va_start(ap, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (number == SYS_openat2)
		return open_below((int)a[0], (const char *)a[1],
				  (const struct open_how *)a[2]);
	next = (syscall_fn)dlsym(RTLD_NEXT, "syscall");
	if (!next)
		abort();
	return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
