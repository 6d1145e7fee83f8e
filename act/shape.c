// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/shape.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "act/binding.h"
#include "act/write.h"
#include "basic/names.h"
#include "basic/text.h"
#include "facts/root.h"
#include "facts/shape-lock.h"
#include "facts/snapshot-read.h"

#define DEVICES "sys/bus/dax/devices"

static const char *const drivers[] = { DRIVER_DEVICE_DAX, DRIVER_KMEM };

/* As work_fail_named(), of a device that is not the one at hand. */
static int fail_of(struct act_work *work, int error, enum act_cause cause,
		   const char *device, const char *name, const char *value)
{
	if (work->failure.cause == ACT_CAUSE_NONE) {
		work_fail_named(work, error, cause, name, value);
		ACT_FAILURE_SET(work->failure.device, device);
	}
	return error;
}

/* The region's devices as they are now. */
static int read_region(struct act_work *work, struct facts_snapshot **ret)
{
	int r = facts_snapshot_read(work->root_fd, ret);

	return r < 0 ? work_fail(work, r, ACT_CAUSE_READ_REGION) : 0;
}

static bool is_of_region(const struct act_work *work,
			 const struct facts_snapshot *snapshot,
			 const struct facts_device *device)
{
	return strcmp(facts_device_region(snapshot, device)->path,
		      work->plan->region) == 0;
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
static const struct facts_device *find(const struct act_work *work,
				       const struct facts_snapshot *now,
				       const struct plan_shape *shape)
{
	for (size_t i = 0; i < now->n_devices && shape->n_ranges > 0; i++) {
		const struct facts_device *d = &now->devices[i];

		if (is_of_region(work, now, d) && has_memory(d, shape))
			return d;
	}
	return NULL;
}

int shape_find(struct act_work *work, const struct plan_shape *shape,
	       char **ret)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *now = NULL;
	const struct facts_device *d;
	int r;

	*ret = NULL;
	if (shape->n_ranges == 0)
		return 0;
	r = read_region(work, &now);
	if (r < 0)
		return r;
	d = find(work, now, shape);
	if (!d)
		return 0;
	*ret = strdup(d->name);
	return *ret ? 0 : -ENOMEM;
}

/* The device with this memory, else that of this name; *ret is of *ret_now,
 * NULL: there is neither. */
static int find_or_named(struct act_work *work, const struct plan_shape *shape,
			 const char *name, struct facts_snapshot **ret_now,
			 const struct facts_device **ret)
{
	int r = read_region(work, ret_now);

	if (r < 0)
		return r;
	*ret = find(work, *ret_now, shape);
	if (!*ret && name)
		*ret = facts_find_device(*ret_now, name);
	return 0;
}

static bool is_bound(struct act_work *work, const char *device)
{
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++)
		if (binding_is(work->root_fd, device, drivers[i]) > 0)
			return true;
	return false;
}

static int write_number(struct act_work *work, const char *device,
			const char *name, uint64_t value)
{
	_cleanup_close_ int lock _unused_ =
		shape_lock_take(work->root_fd, true);
	char text[24];
	int r;

	snprintf(text, sizeof(text), "%" PRIu64, value);
	r = act_write(work->root_fd, text, DEVICES "/%s/%s", device, name);
	if (r == -EBUSY && is_bound(work, device))
		return fail_of(work, -ESTALE, ACT_CAUSE_OTHER_DRIVER, device,
			       name, text);
	if (r < 0)
		return fail_of(work, r, ACT_CAUSE_WRITE, device, name, text);
	return 0;
}

static int add_range(struct act_work *work, const char *device,
		     struct phys_range range)
{
	_cleanup_close_ int lock _unused_ =
		shape_lock_take(work->root_fd, true);
	char text[48];
	int r;

	snprintf(text, sizeof(text), "%" PRIx64 "-%" PRIx64, range.start,
		 range.end);
	r = act_write(work->root_fd, text, DEVICES "/%s/mapping", device);
	if (r < 0 && work->failure.cause == ACT_CAUSE_NONE) {
		fail_of(work, r, ACT_CAUSE_MEMORY, device, NULL, NULL);
		work->failure.range = range;
	}
	return r;
}

/* Writes what is missing. The page size can change only while the device has no
 * memory; the kernel checks each range against it. */
static int write_shape(struct act_work *work, const struct facts_device *now,
		       const struct plan_shape *shape)
{
	int r = 0;

	if (has_memory(now, shape))
		return now->align == shape->align
			       ? 0
			       : write_number(work, now->name, "align",
					      shape->align);
	if (now->size > 0)
		r = write_number(work, now->name, "size", 0);
	if (r == 0 && now->align != shape->align)
		r = write_number(work, now->name, "align", shape->align);
	for (size_t i = 0; i < shape->n_ranges && r == 0; i++)
		r = add_range(work, now->name, shape->ranges[i]);
	return r;
}

/* The device as it is now; *ret is of *ret_now. */
static int read_device(struct act_work *work, const char *device,
		       struct facts_snapshot **ret_now,
		       const struct facts_device **ret)
{
	int r = facts_snapshot_read_device(work->root_fd, device, ret_now);

	if (r < 0)
		return fail_of(work, r,
			       r == -ENODEV ? ACT_CAUSE_GONE
					    : ACT_CAUSE_READ_DEVICE,
			       device, NULL, NULL);
	*ret = &(*ret_now)->devices[0];
	return 0;
}

static int verify_shape(struct act_work *work, const char *device,
			const struct plan_shape *shape)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *now = NULL;
	const struct facts_device *d;
	int r = read_device(work, device, &now, &d);

	if (r < 0 || (has_memory(d, shape) && d->align == shape->align))
		return r;
	return fail_of(work, -EIO, ACT_CAUSE_SHAPE, device, NULL, NULL);
}

/* Whatever the device has now. */
static int set_shape(struct act_work *work, const char *device,
		     const struct plan_shape *shape)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *now = NULL;
	const struct facts_device *d;
	int r = read_device(work, device, &now, &d);

	if (r == 0)
		r = write_shape(work, d, shape);
	return r < 0 ? r : verify_shape(work, device, shape);
}

static int write_region(struct act_work *work, const char *name,
			const char *text)
{
	_cleanup_close_ int lock _unused_ =
		shape_lock_take(work->root_fd, true);

	return act_write(work->root_fd, text, "sys%s/dax_region/%s",
			 work->plan->region, name);
}

/* The kernel may give this name to the next device, and a driver would take
 * that. */
static int forget_name(struct act_work *work, const char *device)
{
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++) {
		int r = binding_forget(work->root_fd, device, drivers[i]);

		if (r < 0)
			return fail_of(work, r, ACT_CAUSE_UNLIST, device,
				       drivers[i], NULL);
	}
	return 0;
}

/* Its memory is free then, and it is gone. */
static int destroy(struct act_work *work, const char *device, uint64_t align)
{
	const struct plan_shape nothing = { .align = align };
	int r;

	r = forget_name(work, device);
	if (r == 0)
		r = set_shape(work, device, &nothing);
	if (r < 0)
		return r;
	r = write_region(work, "delete", device);
	if (r < 0)
		return fail_of(work, r, ACT_CAUSE_DESTROY, device, NULL, NULL);
	return 0;
}

/* The device that was created last; NULL: it is gone. */
static int read_youngest(struct act_work *work, char **ret)
{
	_cleanup_free_ char *path =
		text_format("sys%s/dax_region/create", work->plan->region);
	_cleanup_free_ char *name = NULL;
	int r;

	if (!path)
		return -ENOMEM;
	r = root_read_line(work->root_fd, path, &name);
	if (r < 0)
		return work_fail_named(work, r, ACT_CAUSE_READ,
				       "dax_region/create", NULL);
	*ret = *name ? TAKE_PTR(name) : NULL;
	return 0;
}

static int create(struct act_work *work, const struct plan_shape *shape)
{
	_cleanup_free_ char *name = NULL;
	int r;

	r = write_region(work, "create", "1");
	if (r < 0)
		return work_fail(work, r, ACT_CAUSE_CREATE);
	r = read_youngest(work, &name);
	if (r < 0)
		return r;
	if (!name)
		return work_fail(work, -ENODEV, ACT_CAUSE_CREATED_GONE);
	return set_shape(work, name, shape);
}

/* Memory that somebody else gave it meanwhile is not taken from it. */
static int check_before(struct act_work *work, const struct plan_step *step)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *now = NULL;
	const struct facts_device *d;
	int r = read_device(work, step->device, &now, &d);

	if (r < 0 || has_memory(d, &step->before))
		return r;
	return fail_of(work, -ESTALE, ACT_CAUSE_CHANGED, step->device, NULL,
		       NULL);
}

int shape_take_resize(struct act_work *work, const struct plan_step *step)
{
	int r = check_before(work, step);

	return r < 0 ? r : set_shape(work, step->device, &step->after);
}

int shape_take_destroy(struct act_work *work, const struct plan_step *step)
{
	int r = check_before(work, step);

	return r < 0 ? r : destroy(work, step->device, step->before.align);
}

/* It was there before the plan, which only gives it other memory. A device that
 * the plan destroyed does not count: the kernel may give its name to a new one.
 */
static bool was_there(const struct act_work *work, const char *name)
{
	const struct plan *plan = work->plan;

	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].kind == PLAN_RESIZE &&
		    strcmp(plan->steps[i].device, name) == 0)
			return true;
	return strcmp(plan->device, name) == 0;
}

/* A device that was created just before this was cut off has no memory yet. */
static int create_again(struct act_work *work, const struct facts_snapshot *now,
			const struct plan_shape *shape)
{
	_cleanup_free_ char *youngest = NULL;
	const struct facts_device *d;
	int r;

	r = read_youngest(work, &youngest);
	if (r < 0)
		return r;
	d = youngest ? facts_find_device(now, youngest) : NULL;
	if (d && d->size == 0 && !was_there(work, youngest))
		return set_shape(work, youngest, shape);
	return create(work, shape);
}

/* @device has the memory that a device had before a step of the plan: any
 * device, or the one called @name. */
static bool is_restored(const struct act_work *work,
			const struct facts_device *device, const char *name)
{
	const struct plan *plan = work->plan;

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];

		if (step->device && step->before.n_ranges > 0 &&
		    (!name || strcmp(step->device, name) == 0) &&
		    has_memory(device, &step->before))
			return true;
	}
	return false;
}

/* Two steps may resize a device. Where it has again what it had before both,
 * undoing was cut off after that. */
int shape_undo_resize(struct act_work *work, const struct plan_step *step)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *now = NULL;
	const struct facts_device *d;
	int r = read_device(work, step->device, &now, &d);

	if (r < 0)
		return r;
	if (step->before.n_ranges == 0 && is_restored(work, d, step->device))
		return 0;
	return set_shape(work, step->device, &step->before);
}

/* If it is there, it was not destroyed yet, or somebody else gave it other
 * memory. Its name may be that of another device by now. */
int shape_undo_destroy(struct act_work *work, const struct plan_step *step)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *now = NULL;
	const struct facts_device *there;
	int r;

	r = find_or_named(work, &step->before, step->device, &now, &there);
	if (r < 0)
		return r;
	if (!there)
		return create_again(work, now, &step->before);
	if (there->size == 0 || has_memory(there, &step->before))
		return set_shape(work, there->name, &step->before);
	return is_restored(work, there, NULL)
		       ? create_again(work, now, &step->before)
		       : 0;
}

int shape_take_create(struct act_work *work, const struct plan_step *step)
{
	return create(work, &step->after);
}

/* The device that was created has the step's memory, or none yet. A plan
 * creates devices only after it has used those without memory. */
int shape_undo_create(struct act_work *work, const struct plan_step *step)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *now = NULL;
	_cleanup_free_ char *youngest = NULL;
	const struct facts_device *made = NULL;
	int r;

	r = read_youngest(work, &youngest);
	if (r == 0)
		r = find_or_named(work, &step->after, youngest, &now, &made);
	if (r < 0 || !made || was_there(work, made->name))
		return r;
	if (made->size > 0 && !has_memory(made, &step->after))
		return 0;
	return destroy(work, made->name, step->after.align);
}
