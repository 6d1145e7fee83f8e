// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "basic/names.h"
#include "daemon/act/auto-online.h"
#include "daemon/act/binding.h"
#include "daemon/act/module.h"
#include "daemon/act/run.h"

/* Leaves the sentence in run->detail, the first one said, and returns @error.
 */
static int explain(struct act_run *run, int error, const char *format, ...)
	_printf_(3, 4);

static int explain(struct act_run *run, int error, const char *format, ...)
{
	va_list ap;

	if (run->detail)
		return error;
	va_start(ap, format);
	if (vasprintf(&run->detail, format, ap) < 0)
		run->detail = NULL;
	va_end(ap);
	return error;
}

static int explain_holder(struct act_run *run,
			  const struct facts_device *device)
{
	const struct facts_holder *holder = &device->holders[0];

	return explain(
		run, -EUSERS,
		"/dev/%s is in use by process %d (%s, %s); stop it, then "
		"run daxbroker apply",
		device->name, (int)holder->pid, holder->command,
		holder->mapped ? "mapped" : "open");
}

/* The plan's own look was at a snapshot; this one is the last before the
 * driver is taken away, and with it every mapping. */
static int take_check_unused(struct act_run *run, const struct plan_step *step)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *snapshot = NULL;
	const struct facts_device *device;
	int r;

	(void)step;
	r = facts_snapshot_read(run->root_fd, &snapshot);
	if (r >= 0)
		r = facts_load_holders(run->root_fd, snapshot);
	if (r < 0)
		return explain(run, r, "who uses /dev/%s cannot be read: %s",
			       run->plan->device, strerror(-r));
	device = facts_find_device(snapshot, run->plan->device);
	if (!device)
		return explain(run, -ENODEV, "%s is gone", run->plan->device);
	if (device->n_holders > 0)
		return explain_holder(run, device);
	if (!device->holders_known)
		return explain(run, -EUSERS,
			       "who uses /dev/%s cannot be read; root can read "
			       "it",
			       device->name);
	return 0;
}

static int hold(struct act_run *run, const char *word, struct auto_online *ret)
{
	int r;

	r = auto_online_hold(run->root_fd, word, ret);
	if (r < 0)
		return explain(run, r,
			       "auto_online_blocks cannot be held at %s: %s",
			       word, strerror(-r));
	return 0;
}

static int release(struct act_run *run, struct auto_online *held)
{
	int r;

	r = auto_online_release(held);
	if (r < 0)
		return explain(run, r,
			       "auto_online_blocks cannot be put back: %s",
			       strerror(-r));
	return 0;
}

/*
 * A driver that is new to the bus takes all devices that wait for it, from
 * Linux 6.8 on all soft-reserved and CXL ones for kmem. Their memory must not
 * go online before it is decided where.
 */
static int load_quietly(struct act_run *run, const char *name)
{
	struct auto_online held;
	int r, released;

	r = hold(run, "offline", &held);
	if (r < 0)
		return r;
	r = module_load(name);
	released = release(run, &held);
	return r < 0 ? r : released;
}

static int take_load_module(struct act_run *run, const struct plan_step *step)
{
	int r;

	r = load_quietly(run, step->driver);
	if (r == -ENOENT)
		return explain(run, r,
			       "this kernel has no module %s: install the "
			       "package with its modules, or build it with "
			       "CONFIG_DEV_DAX%s",
			       step->driver,
			       strcmp(step->driver, DRIVER_KMEM) == 0 ? "_KMEM"
								      : "");
	if (r == -EPERM)
		return explain(run, r,
			       "module %s cannot be loaded: modprobe.d or the "
			       "kernel forbids it",
			       step->driver);
	if (r < 0)
		return explain(run, r, "module %s cannot be loaded: %s",
			       step->driver, strerror(-r));
	r = binding_has_driver(run->root_fd, step->driver);
	if (r == 0)
		return explain(run, -ENODEV,
			       "module %s is loaded, but no such driver is on "
			       "the dax bus",
			       step->driver);
	return r < 0 ? r : 0;
}

static int explain_block(struct act_run *run, int error, const char *what,
			 const char *advice)
{
	uint64_t start = run->blocks.failed * run->plan->block_size;

	return explain(run, error,
		       "memory%" PRIu64 " of %s (0x%" PRIx64 "-0x%" PRIx64
		       ") %s: %s%s",
		       run->blocks.failed, run->plan->device, start,
		       start + run->plan->block_size - 1, what,
		       strerror(-error), advice);
}

static int take_offline(struct act_run *run, const struct plan_step *step)
{
	int r;

	r = blocks_offline(&run->blocks, step->zone);
	if (r == -EBUSY)
		return explain_block(run, r, "would not go offline",
				     "; something in it cannot be moved "
				     "(kernel memory, hugetlb, a long-term "
				     "pin): free it, then run daxbroker apply");
	if (r < 0)
		return explain_block(run, r, "would not go offline", "");
	return 0;
}

static int undo_offline(struct act_run *run, const struct plan_step *step)
{
	int r;

	(void)step;
	r = blocks_undo_offline(&run->blocks);
	if (r < 0)
		return explain_block(run, r, "would not go online again", "");
	return 0;
}

static int take_online(struct act_run *run, const struct plan_step *step)
{
	int r;

	r = blocks_online(&run->blocks, step->zone);
	if (r == -EXDEV)
		return explain_block(run, r, "does not stay in its zone",
				     "; something else keeps changing it (a "
				     "udev rule, daxctl, a guest agent): turn "
				     "that off");
	if (r < 0)
		return explain_block(run, r, "would not go online", "");
	return 0;
}

static int undo_online(struct act_run *run, const struct plan_step *step)
{
	int r;

	(void)step;
	r = blocks_undo_online(&run->blocks);
	if (r < 0)
		return explain_block(run, r, "would not go offline again", "");
	return 0;
}

/*
 * The in-tree kmem gives a range up for good when it is unbound while one of
 * its blocks is online, and cannot be asked not to: so this looks once more,
 * and a rival's block goes offline again first.
 */
static int release_kmem(struct act_run *run)
{
	int r;

	if (!blocks_any_online(&run->blocks))
		return 0;
	r = blocks_offline(&run->blocks, POLICY_ZONE_AUTO);
	if (r == 0 && blocks_any_online(&run->blocks))
		r = -EBUSY;
	if (r < 0)
		return explain_block(run, r, "went online meanwhile",
				     "; unbinding now would lose it until "
				     "reboot");
	return 0;
}

static int unbind(struct act_run *run, const char *driver)
{
	bool kmem = strcmp(driver, DRIVER_KMEM) == 0;
	const char *device = run->plan->device;
	int r;

	r = kmem ? release_kmem(run) : 0;
	if (r < 0)
		return r;
	/* Irreversible for whoever maps the device: see take_check_unused(). */
	r = binding_unbind(run->root_fd, device, driver);
	if (r < 0)
		return explain(run, r, "%s cannot be unbound from %s: %s",
			       device, driver, strerror(-r));
	if (kmem && blocks_any_present(&run->blocks))
		return explain_block(run, -EBUSY,
				     "is still there after the unbind",
				     "; only a reboot gives it back");
	return 0;
}

static int bind(struct act_run *run, const char *driver)
{
	const char *device = run->plan->device;
	int r;

	r = binding_bind(run->root_fd, device, driver);
	if (r == -ESTALE)
		return explain(run, r,
			       "another driver than %s took %s meanwhile",
			       driver, device);
	if (r < 0)
		return explain(run, r,
			       "%s cannot be bound to %s: %s; the kernel log "
			       "has the reason",
			       device, driver, strerror(-r));
	return 0;
}

static int take_unbind(struct act_run *run, const struct plan_step *step)
{
	return unbind(run, step->driver);
}

static int undo_unbind(struct act_run *run, const struct plan_step *step)
{
	return bind(run, step->driver);
}

/*
 * kmem's memory is brought online in its zone by the kernel itself, before
 * anybody else sees it: neither a rule that onlines what is offline nor the
 * kernel's own default comes first. Once a block was in a kernel zone for a
 * moment, memory of the kernel may sit in it that cannot be moved any more.
 */
static int take_bind(struct act_run *run, const struct plan_step *step)
{
	struct auto_online held;
	int r, released;

	if (step->zone == POLICY_ZONE_AUTO)
		return bind(run, step->driver);
	r = hold(run, blocks_online_word(step->zone), &held);
	if (r < 0)
		return r;
	r = bind(run, step->driver);
	released = release(run, &held);
	return r < 0 ? r : released;
}

static int undo_bind(struct act_run *run, const struct plan_step *step)
{
	return unbind(run, step->driver);
}

const struct act_step act_steps[PLAN_STEP_KINDS] = {
	[PLAN_CHECK_UNUSED] = { take_check_unused, NULL },
	[PLAN_LOAD_MODULE] = { take_load_module, NULL },
	[PLAN_OFFLINE] = { take_offline, undo_offline },
	[PLAN_UNBIND] = { take_unbind, undo_unbind },
	[PLAN_BIND] = { take_bind, undo_bind },
	[PLAN_ONLINE] = { take_online, undo_online },
};
