// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/open-below.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* EAGAIN: something was renamed or mounted while the kernel followed a "..",
 * so it cannot vouch for the path; it asks to try again. Each takes a few us.
 */
#define OPEN_ATTEMPTS 1024

static int last_error(void)
{
	return errno > 0 ? -errno : -EIO;
}

bool open_below_is_system(int root_fd)
{
	struct stat own, given;

	return stat("/", &own) == 0 && fstat(root_fd, &given) == 0 &&
	       own.st_dev == given.st_dev && own.st_ino == given.st_ino;
}

int open_below(int root_fd, const char *path, int flags)
{
	const struct open_how how = {
		.flags = (unsigned int)flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	long fd = -1;

	for (int i = 0; i < OPEN_ATTEMPTS; i++) {
		fd = syscall(SYS_openat2, root_fd, path, &how, sizeof(how));
		if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
			break;
	}
	if (fd < 0 && errno == ENOSYS && open_below_is_system(root_fd))
		fd = openat(root_fd, path, flags | O_CLOEXEC);
	return fd < 0 ? last_error() : (int)fd;
}
