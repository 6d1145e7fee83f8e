// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "act/binding.h"
#include "act/drain.h"
#include "act/explain.h"
#include "act/kmem.h"
#include "act/module.h"
#include "act/run.h"
#include "act/shape.h"
#include "act/unused.h"
#include "act/write.h"
#include "basic/names.h"
#include "plan/step.h"

static bool is_kmem(const struct plan_step *step)
{
	return strcmp(step->driver, DRIVER_KMEM) == 0;
}

static int take_load_module(struct act_run *run, const struct plan_step *step)
{
	int r;

	r = is_kmem(step) ? kmem_load(run) : module_load(step->driver);
	if (r == -ENOENT)
		return act_explain(
			run, r,
			"this kernel has no module %s: install the "
			"package with its modules, or build it with "
			"CONFIG_DEV_DAX%s",
			step->driver,
			strcmp(step->driver, DRIVER_KMEM) == 0 ? "_KMEM" : "");
	if (r == -EPERM)
		return act_explain(
			run, r,
			"module %s cannot be loaded: modprobe.d or the "
			"kernel forbids it",
			step->driver);
	if (r < 0)
		return act_explain(run, r, "module %s cannot be loaded: %s",
				   step->driver, strerror(-r));
	r = binding_has_driver(run->root_fd, step->driver);
	if (r == 0)
		return act_explain(
			run, -ENODEV,
			"module %s is loaded, but no such driver is on "
			"the dax bus",
			step->driver);
	return r < 0 ? r : 0;
}

static int take_offline(struct act_run *run, const struct plan_step *step)
{
	int r;

	r = blocks_offline(&run->blocks, step->zone);
	if (r == -EBUSY)
		return act_explain_block(
			run, r, "would not go offline",
			"; something in it cannot be moved (kernel memory, "
			"hugetlb, a long-term pin): \"daxbroker diagnose\" "
			"tells what; free it, then run daxbroker apply");
	if (r < 0)
		return act_explain_block(run, r, "would not go offline", "");
	return 0;
}

/* What is gone by an adoption before @step, undoing that brings back. */
static bool follows_adoption(const struct act_run *run,
			     const struct plan_step *step)
{
	for (const struct plan_step *s = run->plan->steps; s < step; s++)
		if (s->kind == PLAN_ADOPT)
			return true;
	return false;
}

static int undo_offline(struct act_run *run, const struct plan_step *step)
{
	int r;

	r = blocks_undo_offline(&run->blocks);
	if (r == -ENOENT && follows_adoption(run, step))
		return 0;
	if (r < 0)
		return act_explain_block(run, r, "would not go online again",
					 "");
	return 0;
}

static int take_online(struct act_run *run, const struct plan_step *step)
{
	int r;

	/* kmem may have had nothing to adopt. */
	r = kmem_plug(run, step->zone);
	if (r < 0)
		return r;
	r = blocks_online(&run->blocks, step->zone);
	if (r == -EXDEV)
		return act_explain_block(
			run, r, "does not stay in its zone",
			"; something else keeps changing it (a "
			"udev rule, daxctl, a guest agent): turn "
			"that off");
	if (r < 0)
		return act_explain_block(run, r, "would not go online", "");
	return 0;
}

static int undo_online(struct act_run *run, const struct plan_step *step)
{
	int r;

	(void)step;
	r = blocks_undo_online(&run->blocks);
	if (r < 0)
		return act_explain_block(run, r, "would not go offline again",
					 "");
	return 0;
}

int act_unbind(struct act_run *run, const char *driver)
{
	const char *device = run->device;
	int r;

	/* Irreversible for whoever maps the device: see unused_take(). */
	r = binding_unbind(run->root_fd, device, driver);
	if (r < 0)
		return act_explain(run, r, "%s cannot be unbound from %s: %s",
				   device, driver, strerror(-r));
	drain_forget(run->root_fd, device);
	return 0;
}

int act_bind(struct act_run *run, const char *driver)
{
	const char *device = run->device;
	int r;

	r = binding_bind(run->root_fd, device, driver);
	if (r == -ESTALE)
		return act_explain(run, r,
				   "another driver than %s took %s meanwhile",
				   driver, device);
	if (r < 0)
		return act_explain(run, r,
				   "%s cannot be bound to %s: %s; the kernel "
				   "log has the reason",
				   device, driver, strerror(-r));
	return 0;
}

static int take_unbind(struct act_run *run, const struct plan_step *step)
{
	return is_kmem(step) ? kmem_unbind(run) : act_unbind(run, step->driver);
}

static int undo_unbind(struct act_run *run, const struct plan_step *step)
{
	return is_kmem(step) ? kmem_bind_again(run)
			     : act_bind(run, step->driver);
}

static int take_bind(struct act_run *run, const struct plan_step *step)
{
	return is_kmem(step) ? kmem_bind(run, step->zone)
			     : act_bind(run, step->driver);
}

static int take_adopt(struct act_run *run,
		      const struct plan_step *step _unused_)
{
	return kmem_adopt(run);
}

static int undo_adopt(struct act_run *run,
		      const struct plan_step *step _unused_)
{
	return kmem_disown(run);
}

/* Somebody may have come to use it since: above all when the job was cut off
 * then, and is undone by another process later. */
static int undo_bind_devdax(struct act_run *run, const struct plan_step *step)
{
	int r;

	r = binding_is(run->root_fd, run->device, step->driver);
	if (r > 0)
		r = unused_take(run, step);
	return r < 0 ? r : act_unbind(run, step->driver);
}

static int undo_bind(struct act_run *run, const struct plan_step *step)
{
	return is_kmem(step) ? kmem_unbind(run) : undo_bind_devdax(run, step);
}

static int write_switch(struct act_run *run, const char *name, bool on)
{
	int r;

	r = act_write(run->root_fd, on ? "1" : "0", "sys/bus/dax/devices/%s/%s",
		      run->device, name);
	/* The in-tree driver: the look that follows tells it. */
	if (r == -ENOENT)
		return 0;
	if (r == -EBUSY)
		return act_explain(run, r,
				   "more than one process has /dev/%s open, so "
				   "it cannot become exclusive",
				   run->device);
	if (r < 0)
		return act_explain(run, r, "%s of %s cannot be set: %s", name,
				   run->device, strerror(-r));
	return 0;
}

/* Nothing is taken from anybody by it, and nothing depends on it: no undo. */
static int take_access(struct act_run *run, const struct plan_step *step)
{
	int r;

	r = write_switch(run, "exclusive", step->exclusive);
	return r < 0 ? r : write_switch(run, "dontfork", step->dontfork);
}

static int write_memmap(struct act_run *run, bool on)
{
	int r;

	r = act_write(run->root_fd, on ? "1" : "0",
		      "sys/bus/dax/devices/%s/memmap_on_memory", run->device);
	if (r == -EOPNOTSUPP && on)
		return act_explain(run, r,
				   "the kernel takes no memmap_on_memory=1 for "
				   "%s: boot it with "
				   "memory_hotplug.memmap_on_memory=1",
				   run->device);
	if (r < 0)
		return act_explain(run, r,
				   "memmap_on_memory of %s cannot be set: %s",
				   run->device, strerror(-r));
	return 0;
}

static int take_memmap(struct act_run *run, const struct plan_step *step)
{
	return write_memmap(run, step->memmap);
}

static int undo_memmap(struct act_run *run, const struct plan_step *step)
{
	return write_memmap(run, !step->memmap);
}

/*
 * A device that was destroyed and made again may have another name by now: it
 * is known by its memory. What is to be taken is as the plan has found it.
 */
int act_focus(struct act_run *run, const struct plan_step *step, bool undo)
{
	const char *name = step->device ? step->device : run->plan->device;
	_cleanup_free_ char *found = NULL;
	size_t first;
	int r;

	if (undo && step->device) {
		r = shape_find(run, &step->before, &found);
		if (r < 0)
			return r;
	}
	free(run->device);
	run->device = found ? TAKE_PTR(found) : strdup(name);
	if (!run->device)
		return -ENOMEM;
	run->blocks = run->all_blocks;
	run->blocks.n = plan_step_blocks(run->plan, step, &first);
	run->blocks.ids += first;
	run->blocks.before += first;
	return 0;
}

const struct act_step act_steps[PLAN_STEP_KINDS] = {
	[PLAN_CHECK_UNUSED] = { unused_take, unused_undo },
	[PLAN_LOAD_MODULE] = { take_load_module, NULL },
	[PLAN_OFFLINE] = { take_offline, undo_offline },
	[PLAN_UNBIND] = { take_unbind, undo_unbind },
	[PLAN_BIND] = { take_bind, undo_bind },
	[PLAN_ADOPT] = { take_adopt, undo_adopt },
	[PLAN_ONLINE] = { take_online, undo_online },
	[PLAN_ACCESS] = { take_access, NULL },
	[PLAN_MEMMAP] = { take_memmap, undo_memmap },
	[PLAN_DESTROY] = { shape_take_destroy, shape_undo_destroy },
	[PLAN_RESIZE] = { shape_take_resize, shape_undo_resize },
	[PLAN_CREATE] = { shape_take_create, shape_undo_create },
};
