// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/steps.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "act/binding.h"
#include "act/clear.h"
#include "act/driver.h"
#include "act/empty.h"
#include "act/kmem.h"
#include "act/shape.h"
#include "act/unused.h"
#include "act/write.h"
#include "basic/names.h"
#include "plan/step.h"

static bool is_kmem(const struct plan_step *step)
{
	return strcmp(step->driver, DRIVER_KMEM) == 0;
}

static int take_load_module(struct act_work *work, const struct plan_step *step)
{
	return driver_load(work, step->driver);
}

static int take_offline(struct act_work *work, const struct plan_step *step)
{
	int r = blocks_offline(&work->blocks, step->zone);

	return r < 0 ? work_fail_block(work, r, ACT_CAUSE_OFFLINE) : 0;
}

/* An adoption before @step removed blocks: undoing that brings them back. */
static bool follows_adoption(const struct act_work *work,
			     const struct plan_step *step)
{
	for (const struct plan_step *s = work->plan->steps; s < step; s++)
		if (s->kind == PLAN_ADOPT)
			return true;
	return false;
}

static int undo_offline(struct act_work *work, const struct plan_step *step)
{
	int r;

	r = blocks_undo_offline(&work->blocks);
	if (r == -ENOENT && follows_adoption(work, step))
		return 0;
	return r < 0 ? work_fail_block(work, r, ACT_CAUSE_ONLINE) : 0;
}

static int take_online(struct act_work *work, const struct plan_step *step)
{
	int r;

	/* kmem may have had nothing to adopt. */
	r = kmem_plug(work, step->zone);
	if (r < 0)
		return r;
	r = blocks_online(&work->blocks, step->zone);
	if (r == 0)
		return 0;
	if (r != -EXDEV)
		return work_fail_block(work, r, ACT_CAUSE_ONLINE);
	work_fail_block(work, r, ACT_CAUSE_ZONE);
	work->failure.zone = step->zone;
	return r;
}

static int undo_online(struct act_work *work,
		       const struct plan_step *step _unused_)
{
	int r = blocks_undo_online(&work->blocks);

	return r < 0 ? work_fail_block(work, r, ACT_CAUSE_OFFLINE) : 0;
}

static int take_unbind(struct act_work *work, const struct plan_step *step)
{
	return is_kmem(step) ? kmem_unbind(work)
			     : driver_unbind(work, step->driver);
}

static int undo_unbind(struct act_work *work, const struct plan_step *step)
{
	return is_kmem(step) ? kmem_bind_again(work)
			     : driver_bind(work, step->driver);
}

static int take_bind(struct act_work *work, const struct plan_step *step)
{
	return is_kmem(step) ? kmem_bind(work, step->zone)
			     : driver_bind(work, step->driver);
}

static int take_adopt(struct act_work *work,
		      const struct plan_step *step _unused_)
{
	return kmem_adopt(work);
}

static int undo_adopt(struct act_work *work,
		      const struct plan_step *step _unused_)
{
	return kmem_disown(work);
}

/* Somebody may use it by now, above all if the job was cut off and another
 * process undoes it later. */
static int undo_bind_devdax(struct act_work *work, const struct plan_step *step)
{
	int r;

	r = binding_is(work->root_fd, work->device, step->driver);
	if (r > 0)
		r = unused_take(work, step);
	return r < 0 ? r : driver_unbind(work, step->driver);
}

static int undo_bind(struct act_work *work, const struct plan_step *step)
{
	return is_kmem(step) ? kmem_unbind(work) : undo_bind_devdax(work, step);
}

static enum act_cause cause_of_switch(int error)
{
	if (error == -ENOENT)
		return ACT_CAUSE_IN_TREE_DRIVER;
	return error == -EBUSY ? ACT_CAUSE_NOT_EXCLUSIVE : ACT_CAUSE_WRITE;
}

static int write_switch(struct act_work *work, const struct plan_step *step,
			const char *name, bool on)
{
	int r;

	r = act_write(work->root_fd, on ? "1" : "0",
		      "sys/bus/dax/devices/%s/%s", work->device, name);
	/* The in-tree driver has none; the next pass reports that. */
	if (r == 0 || (r == -ENOENT && !step->demanded))
		return 0;
	return work_fail_named(work, r, cause_of_switch(r), name,
			       on ? "1" : "0");
}

/* It takes nothing from anybody, and nothing depends on it: no undo. */
static int take_access(struct act_work *work, const struct plan_step *step)
{
	int r;

	r = write_switch(work, step, "exclusive", step->exclusive);
	if (r == 0)
		r = write_switch(work, step, "dontfork", step->dontfork);
	if (r == 0 && step->admits)
		r = unused_end(work);
	return r;
}

static int write_memmap(struct act_work *work, bool on)
{
	int r;

	r = act_write(work->root_fd, on ? "1" : "0",
		      "sys/bus/dax/devices/%s/memmap_on_memory", work->device);
	if (r == 0)
		return 0;
	return work_fail_named(work, r,
			       r == -EOPNOTSUPP && on
				       ? ACT_CAUSE_NO_MEMMAP_ON_MEMORY
				       : ACT_CAUSE_WRITE,
			       "memmap_on_memory", on ? "1" : "0");
}

static int take_memmap(struct act_work *work, const struct plan_step *step)
{
	return write_memmap(work, step->memmap);
}

static int undo_memmap(struct act_work *work, const struct plan_step *step)
{
	return write_memmap(work, !step->memmap);
}

/* What takes and what undoes each kind. */
static const struct {
	int (*take)(struct act_work *work, const struct plan_step *step);
	int (*undo)(struct act_work *work, const struct plan_step *step);
} kinds[PLAN_STEP_KINDS] = {
	[PLAN_CHECK_UNUSED] = { unused_take, unused_undo },
	[PLAN_EMPTY] = { empty_take, NULL },
	[PLAN_CLEAR] = { clear_take, NULL },
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

int step_take(struct act_work *work, const struct plan_step *step)
{
	assert(step->kind < PLAN_STEP_KINDS);
	return kinds[step->kind].take(work, step);
}

bool step_has_undo(const struct plan_step *step)
{
	assert(step->kind < PLAN_STEP_KINDS);
	return kinds[step->kind].undo;
}

int step_undo(struct act_work *work, const struct plan_step *step)
{
	assert(step_has_undo(step));
	return kinds[step->kind].undo(work, step);
}
