// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/binding.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "act/drain.h"
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

static int unbind(int root_fd, const char *device, const char *driver)
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

int binding_unbind(struct act_work *work, const char *driver)
{
	int r;

	/* Irreversible for all who map the device: see unused_take(). */
	r = unbind(work->root_fd, work->device, driver);
	if (r < 0)
		return work_fail_named(work, r, ACT_CAUSE_UNBIND, driver, NULL);
	drain_forget(work->root_fd, work->device);
	return 0;
}

/* 1 when @driver has @device, 0 when none has it, -ESTALE when another has. */
static int read_binding(int root_fd, const char *device, const char *driver)
{
	_cleanup_free_ char *present = NULL;
	int r;

	r = read_driver(root_fd, device, &present);
	if (r < 0 || !present)
		return r;
	return strcmp(present, driver) == 0 ? 1 : -ESTALE;
}

/* bind is for one device; new_id makes the driver probe all devices without a
 * driver. So new_id is written only where the driver does not match the device
 * (bind says ENODEV). Then bind is written again, as new_id does not return the
 * probe's error. */
static int ask_driver(int root_fd, const char *device, const char *driver)
{
	int r;

	r = act_write(root_fd, device, DRIVERS "/%s/bind", driver);
	if (r != -ENODEV)
		return r;
	r = act_write(root_fd, device, DRIVERS "/%s/new_id", driver);
	if (r < 0)
		return r;
	r = binding_is(root_fd, device, driver);
	if (r != 0)
		return r < 0 ? r : 0;
	return act_write(root_fd, device, DRIVERS "/%s/bind", driver);
}

/* Somebody else's new_id for another device may have bound this one. The kernel
 * shows that before the driver's probe has ended. So bind is written then, too:
 * it waits for the probe, and says EBUSY. */
static int bind_device(int root_fd, const char *device, const char *driver)
{
	int r, now;

	r = read_binding(root_fd, device, driver);
	if (r < 0)
		return r;
	r = r > 0 ? act_write(root_fd, device, DRIVERS "/%s/bind", driver)
		  : ask_driver(root_fd, device, driver);
	if (r == 0)
		return 0;
	now = read_binding(root_fd, device, driver);
	return now > 0 ? 0 : now < 0 ? now : r;
}

int binding_bind(struct act_work *work, const char *driver)
{
	int r;

	r = bind_device(work->root_fd, work->device, driver);
	if (r < 0)
		return work_fail_named(work, r,
				       r == -ESTALE ? ACT_CAUSE_OTHER_DRIVER
						    : ACT_CAUSE_BIND,
				       driver, NULL);
	return 0;
}
