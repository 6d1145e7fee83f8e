// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/binding.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "act/write.h"
#include "basic/cleanup.h"
#include "basic/text.h"
#include "facts/root.h"

#define DRIVERS "sys/bus/dax/drivers"
#define DEVICES "sys/bus/dax/devices"

/* The name of the driver, NULL when there is none. */
static int read_driver(int root_fd, const char *device, char **ret)
{
	_cleanup_free_ char *path = text_format(DEVICES "/%s/driver", device);
	int r;

	if (!path)
		return -ENOMEM;
	r = root_read_link_name(root_fd, path, ret);
	if (r == -ENOENT) {
		*ret = NULL;
		return 0;
	}
	return r;
}

int binding_is(int root_fd, const char *device, const char *driver)
{
	_cleanup_free_ char *present = NULL;
	int r;

	r = read_driver(root_fd, device, &present);
	if (r < 0)
		return r;
	return present && strcmp(present, driver) == 0;
}

/* The link is made when the device is bound, and sysfs gives each file that it
 * makes another inode. */
int binding_number(int root_fd, const char *device, uint64_t *ret)
{
	_cleanup_free_ char *path = text_format(DEVICES "/%s/driver", device);
	_cleanup_close_ int fd = -1;
	struct stat st;

	if (!path)
		return -ENOMEM;
	fd = root_open(root_fd, path, O_PATH | O_NOFOLLOW);
	if (fd < 0 && fd != -ENOENT)
		return fd;
	if (fd >= 0 && fstat(fd, &st) < 0)
		return -errno;
	*ret = fd < 0 ? 0 : st.st_ino;
	return 0;
}

int binding_has_driver(int root_fd, const char *driver)
{
	_cleanup_free_ char *path = text_format(DRIVERS "/%s", driver);
	_cleanup_close_ int fd = -1;

	if (!path)
		return -ENOMEM;
	fd = root_open(root_fd, path, O_PATH);
	if (fd >= 0)
		return 1;
	return fd == -ENOENT ? 0 : fd;
}

int binding_forget(int root_fd, const char *device, const char *driver)
{
	int r;

	r = binding_has_driver(root_fd, driver);
	if (r <= 0)
		return r;
	/*
	 * The dax bus remembers the names written to new_id and gives such a
	 * device to the driver again whenever it appears. Not being on the
	 * list is no error to the kernel.
	 */
	return act_write(root_fd, device, DRIVERS "/%s/remove_id", driver);
}

int binding_remove(int root_fd, const char *device, const char *driver)
{
	int r;

	r = binding_is(root_fd, device, driver);
	if (r <= 0)
		return r;
	r = binding_forget(root_fd, device, driver);
	if (r < 0)
		return r;
	r = act_write(root_fd, device, DRIVERS "/%s/unbind", driver);
	if (r < 0)
		return r;
	r = binding_is(root_fd, device, driver);
	return r > 0 ? -EBUSY : r;
}

int binding_read(int root_fd, const char *device, const char *driver)
{
	_cleanup_free_ char *present = NULL;
	int r;

	r = read_driver(root_fd, device, &present);
	if (r < 0 || !present)
		return r;
	return strcmp(present, driver) == 0 ? 1 : -ESTALE;
}

int binding_ask(int root_fd, const char *device, const char *driver)
{
	int r;

	r = act_write(root_fd, device, DRIVERS "/%s/bind", driver);
	if (r != -ENODEV)
		return r;
	/* daxbroker's drivers take any one device. */
	r = act_write(root_fd, device, DRIVERS "/%s/attach", driver);
	return r == -ENOENT ? -EOPNOTSUPP : r;
}

int binding_list(int root_fd, const char *device, const char *driver)
{
	return act_write(root_fd, device, DRIVERS "/%s/new_id", driver);
}

int binding_complete(int root_fd, const char *device, const char *driver)
{
	int r;

	r = binding_is(root_fd, device, driver);
	if (r != 0)
		return r < 0 ? r : 0;
	return act_write(root_fd, device, DRIVERS "/%s/bind", driver);
}
