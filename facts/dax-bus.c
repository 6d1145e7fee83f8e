// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/dax-bus.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "basic/names.h"
#include "facts/root.h"

#define DRIVERS_DIR "sys/bus/dax/drivers"
#define BTF "sys/kernel/btf/vmlinux"

/* The member of struct dax_device_driver that the types have replaced. Nothing
 * else of a kernel is called so. */
static const char member[] = "match_always";

/* Whether the file has @member, ended by a NUL. */
static int has_member(int fd)
{
	static char buffer[1 << 16];
	size_t kept = 0;
	ssize_t n;

	while ((n = read(fd, buffer + kept, sizeof(buffer) - kept)) > 0) {
		size_t length = kept + (size_t)n;

		if (memmem(buffer, length, member, sizeof(member)))
			return true;
		kept = length < sizeof(member) ? length : sizeof(member) - 1;
		memmove(buffer, buffer + length - kept, kept);
	}
	return n < 0 ? -errno : false;
}

/* Some MiB, and the running kernel's do not change: read once, by the daemon
 * before its workers are forked. */
int dax_bus_by_name(int root_fd)
{
	static int running = -1;
	_cleanup_close_ int fd = root_open(root_fd, BTF, O_RDONLY);
	struct statfs file_system;
	int r;

	if (fd < 0)
		return fd == -ENOENT ? false : fd;
	if (fstatfs(fd, &file_system) < 0)
		return -errno;
	if (file_system.f_type != SYSFS_MAGIC)
		return has_member(fd);
	if (running >= 0)
		return running;
	r = has_member(fd);
	if (r >= 0)
		running = r;
	return r;
}

static bool takes_by_name(struct facts_reader *reader)
{
	int r = dax_bus_by_name(reader->root_fd);

	reader_check(reader, r);
	return r > 0;
}

/* What kmem has, no driver takes. */
static bool any_for_drivers(const struct facts_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->n_devices; i++) {
		const struct facts_device *device = &snapshot->devices[i];

		if (device->size > 0 &&
		    (!device->driver || strcmp(device->driver, DRIVER_KMEM)))
			return true;
	}
	return false;
}

void dax_bus_read(struct facts_reader *reader)
{
	struct facts_kernel *kernel = &reader->snapshot->kernel;

	kernel->device_dax_attach =
		reader_exists(reader, DRIVERS_DIR, DRIVER_DEVICE_DAX "/attach");
	kernel->kmem_attach =
		reader_exists(reader, DRIVERS_DIR, DRIVER_KMEM "/attach");
	if (any_for_drivers(reader->snapshot) &&
	    !(kernel->device_dax_attach && kernel->kmem_attach))
		kernel->dax_by_name = takes_by_name(reader);
}
