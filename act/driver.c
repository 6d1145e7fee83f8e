// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/driver.h"

#include <errno.h>
#include <sys/file.h>

#include "act/binding.h"
#include "act/bystander-hold.h"
#include "act/drain.h"
#include "act/lock.h"
#include "act/module.h"
#include "act/setting.h"
#include "basic/cleanup.h"

static int load_quietly(struct act_work *work, const char *driver)
{
	struct setting_hold held;
	int r, released;

	/*
	 * A driver that is new to the bus takes all devices that wait for it.
	 * Each is to be bound by its own step, with its memory online where
	 * that was decided; those without a policy by daxbroker-kmem.service.
	 */
	r = setting_hold(work->root_fd, &setting_autoprobe, "0", &held);
	if (r < 0)
		return work_fail_named(work, r, ACT_CAUSE_HOLD,
				       setting_autoprobe.name, "0");
	r = module_load(work->root_fd, driver);
	released = setting_release(&held);
	if (released < 0)
		work_fail_named(work, released, ACT_CAUSE_PUT_BACK,
				setting_autoprobe.name, NULL);
	return r < 0 ? r : released;
}

int driver_load(struct act_work *work, const char *driver)
{
	int r;

	r = load_quietly(work, driver);
	if (r < 0)
		return work_fail_named(work, r,
				       r == -ENOENT ? ACT_CAUSE_NO_MODULE
				       : r == -EPERM
					       ? ACT_CAUSE_MODULE_FORBIDDEN
					       : ACT_CAUSE_MODULE_LOAD,
				       driver, NULL);
	r = binding_has_driver(work->root_fd, driver);
	if (r == 0)
		return work_fail_named(work, -ENODEV, ACT_CAUSE_NO_DRIVER,
				       driver, NULL);
	/* Better now than when the device has lost the driver it had. */
	return r < 0 ? r : bystander_hold_check(work, driver);
}

int driver_unbind(struct act_work *work, const char *driver)
{
	int r;

	/* Irreversible for all who map the device: see unused_take(). */
	r = binding_remove(work->root_fd, work->device, driver);
	if (r < 0)
		return work_fail_named(work, r, ACT_CAUSE_UNBIND, driver, NULL);
	drain_forget(work->root_fd, work->device);
	return 0;
}

/* The name goes on the driver's list while all that has no driver is held, the
 * device too; then bind is for the device alone. */
static int list(struct act_work *work, const char *driver)
{
	int r, released;

	r = bystander_hold_take(work, driver);
	if (r == 0)
		r = binding_list(work->root_fd, work->device, driver);
	released = bystander_hold_release(work);
	return r < 0 ? r : released;
}

static int bind_listed(struct act_work *work, const char *driver)
{
	int r;

	r = list(work, driver);
	if (r == 0)
		r = binding_complete(work->root_fd, work->device, driver);
	if (r < 0)
		binding_forget(work->root_fd, work->device, driver);
	return r;
}

/* Somebody else's new_id for another device may have bound this one. The kernel
 * shows that before the driver's probe has ended. So bind is written then, too:
 * it waits for the probe, and says EBUSY. */
static int bind_locked(struct act_work *work, const char *driver, int lock)
{
	int r;

	r = binding_read(work->root_fd, work->device, driver);
	if (r < 0)
		return r;
	r = binding_ask(work->root_fd, work->device, driver);
	if (r != -EOPNOTSUPP)
		return r;
	/* No other job binds, or finds its device held, meanwhile. */
	r = lock < 0 ? lock : lock_take(lock, LOCK_EX);
	return r < 0 ? r : bind_listed(work, driver);
}

static int bind_device(struct act_work *work, const char *driver)
{
	_cleanup_close_ int lock =
		lock_open(work->root_fd, BYSTANDER_HOLD_LOCK);
	int r, now;

	/* Undoing goes on where the file is gone and no other can be made. */
	r = lock < 0 ? 0 : lock_take(lock, LOCK_SH);
	if (r == 0)
		r = bind_locked(work, driver, lock);
	if (r == 0)
		return 0;
	now = binding_read(work->root_fd, work->device, driver);
	return now > 0 ? 0 : now < 0 ? now : r;
}

int driver_bind(struct act_work *work, const char *driver)
{
	int r = bind_device(work, driver);

	if (r < 0)
		return work_fail_named(work, r,
				       r == -ESTALE ? ACT_CAUSE_OTHER_DRIVER
						    : ACT_CAUSE_BIND,
				       driver, NULL);
	return 0;
}
