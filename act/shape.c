// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/shape.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "act/binding.h"
#include "act/explain.h"
#include "act/write.h"
#include "basic/names.h"
#include "facts/root.h"
#include "facts/snapshot-read.h"

#define DEVICES "sys/bus/dax/devices"

static const char *const drivers[] = { DRIVER_DEVICE_DAX, DRIVER_KMEM };

/* The region's devices as they are now. */
static int look(struct act_run *run, struct facts_snapshot **ret)
{
	int r = facts_snapshot_read(run->root_fd, ret);

	if (r < 0)
		return act_explain(run, r,
				   "the devices of its region cannot be read: "
				   "%s",
				   strerror(-r));
	return 0;
}

static bool is_of_region(const struct act_run *run,
			 const struct facts_snapshot *snapshot,
			 const struct facts_device *device)
{
	return strcmp(facts_device_region(snapshot, device)->path,
		      run->plan->region) == 0;
}

static bool has_memory(const struct facts_device *device,
		       const struct plan_shape *shape)
{
	if (!device->ranges_known || device->n_ranges != shape->n_ranges)
		return false;
	return shape->n_ranges == 0 ||
	       memcmp(device->ranges, shape->ranges,
		      shape->n_ranges * sizeof(*shape->ranges)) == 0;
}

/* The device of the region with this memory, NULL: none. */
static const struct facts_device *find(const struct act_run *run,
				       const struct facts_snapshot *now,
				       const struct plan_shape *shape)
{
	for (size_t i = 0; i < now->n_devices && shape->n_ranges > 0; i++) {
		const struct facts_device *d = &now->devices[i];

		if (is_of_region(run, now, d) && has_memory(d, shape))
			return d;
	}
	return NULL;
}

int shape_find(struct act_run *run, const struct plan_shape *shape, char **ret)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *now = NULL;
	const struct facts_device *d;
	int r;

	*ret = NULL;
	if (shape->n_ranges == 0)
		return 0;
	r = look(run, &now);
	if (r < 0)
		return r;
	d = find(run, now, shape);
	if (!d)
		return 0;
	*ret = strdup(d->name);
	return *ret ? 0 : -ENOMEM;
}

/* The device with this memory, else that of this name; *ret is of *ret_now,
 * NULL: there is neither. */
static int find_or_named(struct act_run *run, const struct plan_shape *shape,
			 const char *name, struct facts_snapshot **ret_now,
			 const struct facts_device **ret)
{
	int r = look(run, ret_now);

	if (r < 0)
		return r;
	*ret = find(run, *ret_now, shape);
	if (!*ret && name)
		*ret = facts_find_device(*ret_now, name);
	return 0;
}

static bool is_bound(struct act_run *run, const char *device)
{
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++)
		if (binding_is(run->root_fd, device, drivers[i]) > 0)
			return true;
	return false;
}

static int write_number(struct act_run *run, const char *device,
			const char *name, uint64_t value)
{
	char text[24];
	int r;

	snprintf(text, sizeof(text), "%" PRIu64, value);
	r = act_write(run->root_fd, text, DEVICES "/%s/%s", device, name);
	if (r == -EBUSY && is_bound(run, device))
		return act_explain(run, -ESTALE,
				   "%s of %s cannot be changed: something gave "
				   "it a driver meanwhile",
				   name, device);
	if (r < 0)
		return act_explain(run, r, "%s of %s cannot be set to %s: %s",
				   name, device, text, strerror(-r));
	return 0;
}

static int add_range(struct act_run *run, const char *device,
		     struct phys_range range)
{
	char text[48];
	int r;

	snprintf(text, sizeof(text), "%" PRIx64 "-%" PRIx64, range.start,
		 range.end);
	r = act_write(run->root_fd, text, DEVICES "/%s/mapping", device);
	if (r < 0)
		return act_explain(
			run, r,
			"%s cannot have the memory at %#" PRIx64 "-%#" PRIx64
			": %s; something else has taken it, or it is none of "
			"the region (see daxctl list -R)",
			device, range.start, range.end, strerror(-r));
	return 0;
}

/* Writes what leads there. The page size can be any while there is no memory:
 * the kernel checks the size of each range against it. */
static int write_shape(struct act_run *run, const struct facts_device *now,
		       const struct plan_shape *shape)
{
	int r = 0;

	if (has_memory(now, shape))
		return now->align == shape->align
			       ? 0
			       : write_number(run, now->name, "align",
					      shape->align);
	if (now->size > 0)
		r = write_number(run, now->name, "size", 0);
	if (r == 0 && now->align != shape->align)
		r = write_number(run, now->name, "align", shape->align);
	for (size_t i = 0; i < shape->n_ranges && r == 0; i++)
		r = add_range(run, now->name, shape->ranges[i]);
	return r;
}

/* The device as it is now; *ret is of *ret_now. */
static int look_at(struct act_run *run, const char *device,
		   struct facts_snapshot **ret_now,
		   const struct facts_device **ret)
{
	int r = facts_snapshot_read_device(run->root_fd, device, ret_now);

	if (r == -ENODEV)
		return act_explain(run, r, "%s is gone", device);
	if (r < 0)
		return act_explain(run, r, "%s cannot be looked at: %s", device,
				   strerror(-r));
	*ret = &(*ret_now)->devices[0];
	return 0;
}

static int verify_shape(struct act_run *run, const char *device,
			const struct plan_shape *shape)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *now = NULL;
	const struct facts_device *d;
	int r = look_at(run, device, &now, &d);

	if (r < 0 || (has_memory(d, shape) && d->align == shape->align))
		return r;
	return act_explain(run, -EIO,
			   "%s does not have the memory and the page size that "
			   "it was given",
			   device);
}

/* Whatever the device has now. */
static int set_shape(struct act_run *run, const char *device,
		     const struct plan_shape *shape)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *now = NULL;
	const struct facts_device *d;
	int r = look_at(run, device, &now, &d);

	if (r == 0)
		r = write_shape(run, d, shape);
	return r < 0 ? r : verify_shape(run, device, shape);
}

static int write_region(struct act_run *run, const char *name, const char *text)
{
	return act_write(run->root_fd, text, "sys%s/dax_region/%s",
			 run->plan->region, name);
}

/* The name that the kernel gives the next device may be one that somebody has
 * told a driver to take. */
static int forget_name(struct act_run *run, const char *device)
{
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++) {
		int r = binding_forget(run->root_fd, device, drivers[i]);

		if (r < 0)
			return act_explain(run, r,
					   "%s cannot be taken off the list of "
					   "%s: %s",
					   device, drivers[i], strerror(-r));
	}
	return 0;
}

/* Its memory is free then, and it is gone. */
static int destroy(struct act_run *run, const char *device, uint64_t align)
{
	const struct plan_shape nothing = { .align = align };
	int r;

	r = forget_name(run, device);
	if (r == 0)
		r = set_shape(run, device, &nothing);
	if (r < 0)
		return r;
	r = write_region(run, "delete", device);
	if (r < 0)
		return act_explain(run, r, "%s cannot be destroyed: %s", device,
				   strerror(-r));
	return 0;
}

/* The device that was made last, NULL when that is gone. */
static int read_youngest(struct act_run *run, char **ret)
{
	_cleanup_free_ char *path = NULL, *name = NULL;
	int r;

	if (asprintf(&path, "sys%s/dax_region/create", run->plan->region) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	r = root_read_line(run->root_fd, path, &name);
	if (r < 0)
		return act_explain(run, r,
				   "which device was made last cannot be read: "
				   "%s",
				   strerror(-r));
	*ret = *name ? TAKE_PTR(name) : NULL;
	return 0;
}

static int create(struct act_run *run, const struct plan_shape *shape)
{
	_cleanup_free_ char *name = NULL;
	int r;

	r = write_region(run, "create", "1");
	if (r < 0)
		return act_explain(run, r,
				   "a device cannot be made in the region: %s",
				   strerror(-r));
	r = read_youngest(run, &name);
	if (r < 0)
		return r;
	if (!name)
		return act_explain(run, -ENODEV,
				   "the device that was made is gone again");
	return set_shape(run, name, shape);
}

/* What somebody else has given it meanwhile is not taken from it. */
static int check_before(struct act_run *run, const struct plan_step *step)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *now = NULL;
	const struct facts_device *d;
	int r = look_at(run, step->device, &now, &d);

	if (r < 0 || has_memory(d, &step->before))
		return r;
	return act_explain(run, -ESTALE,
			   "%s has other memory than when this was planned",
			   step->device);
}

int shape_take_resize(struct act_run *run, const struct plan_step *step)
{
	int r = check_before(run, step);

	return r < 0 ? r : set_shape(run, step->device, &step->after);
}

int shape_take_destroy(struct act_run *run, const struct plan_step *step)
{
	int r = check_before(run, step);

	return r < 0 ? r : destroy(run, step->device, step->before.align);
}

/* The plan gives it other memory, so it was there before. A device that was
 * destroyed does not count: its name may be given anew. */
static bool was_there(const struct act_run *run, const char *name)
{
	const struct plan *plan = run->plan;

	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].kind == PLAN_RESIZE &&
		    strcmp(plan->steps[i].device, name) == 0)
			return true;
	return strcmp(plan->device, name) == 0;
}

/* A device that was made when this was cut off has no memory yet. */
static int create_again(struct act_run *run, const struct facts_snapshot *now,
			const struct plan_shape *shape)
{
	_cleanup_free_ char *youngest = NULL;
	const struct facts_device *d;
	int r;

	r = read_youngest(run, &youngest);
	if (r < 0)
		return r;
	d = youngest ? facts_find_device(now, youngest) : NULL;
	if (d && d->size == 0 && !was_there(run, youngest))
		return set_shape(run, youngest, shape);
	return create(run, shape);
}

/* The memory of @device is what one has had before a step: any, or with @name
 * that one. */
static bool is_restored(const struct act_run *run,
			const struct facts_device *device, const char *name)
{
	const struct plan *plan = run->plan;

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];

		if (step->device && step->before.n_ranges > 0 &&
		    (!name || strcmp(step->device, name) == 0) &&
		    has_memory(device, &step->before))
			return true;
	}
	return false;
}

/* A device may be given other memory by two steps: when it has again what it
 * had before both, undoing was cut off after that. */
int shape_undo_resize(struct act_run *run, const struct plan_step *step)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *now = NULL;
	const struct facts_device *d;
	int r = look_at(run, step->device, &now, &d);

	if (r < 0)
		return r;
	if (step->before.n_ranges == 0 && is_restored(run, d, step->device))
		return 0;
	return set_shape(run, step->device, &step->before);
}

/* While it is there, it was only about to be destroyed, or somebody else has
 * given it other memory. But its name may be that of another device by now. */
int shape_undo_destroy(struct act_run *run, const struct plan_step *step)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *now = NULL;
	const struct facts_device *there;
	int r;

	r = find_or_named(run, &step->before, step->device, &now, &there);
	if (r < 0)
		return r;
	if (!there)
		return create_again(run, now, &step->before);
	if (there->size == 0 || has_memory(there, &step->before))
		return set_shape(run, there->name, &step->before);
	return is_restored(run, there, NULL)
		       ? create_again(run, now, &step->before)
		       : 0;
}

int shape_take_create(struct act_run *run, const struct plan_step *step)
{
	return create(run, &step->after);
}

/* What was made has the step's memory, or none yet. A plan makes devices only
 * when it has used up those without memory. */
int shape_undo_create(struct act_run *run, const struct plan_step *step)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *now = NULL;
	_cleanup_free_ char *youngest = NULL;
	const struct facts_device *made = NULL;
	int r;

	r = read_youngest(run, &youngest);
	if (r == 0)
		r = find_or_named(run, &step->after, youngest, &now, &made);
	if (r < 0 || !made || was_there(run, made->name))
		return r;
	if (made->size > 0 && !has_memory(made, &step->after))
		return 0;
	return destroy(run, made->name, step->after.align);
}
