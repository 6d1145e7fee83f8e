// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/journal-job.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/names.h"
#include "basic/parse.h"
#include "facts/field.h"
#include "facts/model/model.h"
#include "plan/step.h"

static const struct field plan_fields[] = {
	FIELD(struct plan, FIELD_NAME, device),
	FIELD(struct plan, FIELD_NAME, identity),
	FIELD(struct plan, FIELD_NAME, region),
	FIELD(struct plan, FIELD_STRING, from_driver),
	FIELD(struct plan, FIELD_STRING, spared),
	FIELD(struct plan, FIELD_INT, target_node),
	FIELD(struct plan, FIELD_U64, block_size),
	{ NULL },
};

static const struct field step_fields[] = {
	FIELD(struct plan_step, FIELD_STRING, device),
	FIELD(struct plan_step, FIELD_BOOL, memmap),
	{ NULL },
};

static const struct field shape_fields[] = {
	FIELD(struct plan_shape, FIELD_U64, align),
	{ NULL },
};

static const struct field range_fields[] = {
	FIELD(struct phys_range, FIELD_U64, start),
	FIELD(struct phys_range, FIELD_U64, end),
	{ NULL },
};

/* Blocks in a row that were the same. */
struct run {
	uint64_t first, last;
};

static const struct field run_fields[] = {
	FIELD(struct run, FIELD_U64, first),
	FIELD(struct run, FIELD_U64, last),
	{ NULL },
};

void journal_job_clear(struct journal_job *job)
{
	if (job->plan)
		plan_free(job->plan);
	free(job->before);
	*job = (struct journal_job){ 0 };
}

uint64_t journal_job_time(const struct journal_job *job)
{
	uint64_t seconds;

	if (sscanf(job->id, "%*d-%" SCNu64 ".", &seconds) != 1 ||
	    seconds > UINT64_MAX / 1000000)
		return 0;
	return seconds * 1000000;
}

/* Takes over @value; NULL: there was no memory for it. */
static int put(json_object *object, const char *key, json_object *value)
{
	return value && json_object_object_add(object, key, value) == 0
		       ? 0
		       : -ENOMEM;
}

static int put_word(json_object *object, const char *key, const char *word)
{
	return put(object, key, json_object_new_string(word));
}

/* Adds an object to the array @list, and to that the members of @base. */
static int append(json_object *list, const struct field *fields,
		  const void *base, json_object **ret)
{
	json_object *object = json_object_new_object();

	if (!object || json_object_array_add(list, object) < 0)
		return -ENOMEM;
	if (ret)
		*ret = object;
	return fields_write(object, fields, base);
}

/* Adds an array; *ret is of @object. */
static int put_list(json_object *object, const char *key, json_object **ret)
{
	*ret = json_object_new_array();
	return put(object, key, *ret);
}

static bool same_run(const struct facts_block *a, const struct facts_block *b)
{
	return b->id == a->id + 1 && b->state == a->state && b->zone == a->zone;
}

static int put_blocks(json_object *object, const struct facts_block *before,
		      size_t n)
{
	json_object *list, *item;
	int r = put_list(object, "blocks", &list);

	for (size_t i = 0, end; i < n && r == 0; i = end + 1) {
		struct run run = { .first = before[i].id };

		for (end = i;
		     end + 1 < n && same_run(&before[end], &before[end + 1]);)
			end++;
		run.last = before[end].id;
		r = append(list, run_fields, &run, &item);
		if (r == 0)
			r = put_word(item, "state",
				     facts_block_state_name(before[i].state));
		if (r == 0)
			r = put_word(item, "zone",
				     facts_zone_name(before[i].zone));
	}
	return r;
}

static int put_shape(json_object *object, const char *key,
		     const struct plan_shape *shape)
{
	json_object *item = json_object_new_object(), *list;
	int r = put(object, key, item);

	if (r == 0)
		r = fields_write(item, shape_fields, shape);
	if (r == 0)
		r = put_list(item, "ranges", &list);
	for (size_t i = 0; i < shape->n_ranges && r == 0; i++)
		r = append(list, range_fields, &shape->ranges[i], NULL);
	return r;
}

static int put_step(json_object *list, const struct plan_step *step)
{
	json_object *item;
	int r = append(list, step_fields, step, &item);

	if (r == 0)
		r = put_word(item, "kind", plan_step_kind_name(step->kind));
	if (r == 0 && step->driver)
		r = put_word(item, "driver", step->driver);
	if (r == 0)
		r = put_word(item, "zone", policy_zone_name(step->zone));
	if (r == 0 && step->before.n_ranges + step->before.align > 0)
		r = put_shape(item, "before", &step->before);
	if (r == 0 && step->after.n_ranges + step->after.align > 0)
		r = put_shape(item, "after", &step->after);
	return r;
}

int journal_job_write(json_object *object, const struct plan *plan,
		      const struct facts_block *before)
{
	json_object *list;
	int r;

	if (plan->n_blocks > JOURNAL_BLOCKS_MAX)
		return -E2BIG;
	r = fields_write(object, plan_fields, plan);
	if (r == 0)
		r = put_blocks(object, before, plan->n_blocks);
	if (r == 0)
		r = put_list(object, "steps", &list);
	for (size_t i = 0; i < plan->n_steps && r == 0; i++)
		r = put_step(list, &plan->steps[i]);
	return r;
}

static int get_fields(json_object *object, const struct field *fields,
		      void *base)
{
	const char *key;

	if (!json_object_is_type(object, json_type_object))
		return -EINVAL;
	return fields_read(object, fields, base, &key);
}

static const char *get_word(json_object *object, const char *key)
{
	json_object *value = NULL;

	json_object_object_get_ex(object, key, &value);
	return json_object_is_type(value, json_type_string)
		       ? json_object_get_string(value)
		       : "";
}

/* NULL: there is none. */
static json_object *get_list(json_object *object, const char *key)
{
	json_object *value = NULL;

	json_object_object_get_ex(object, key, &value);
	return json_object_is_type(value, json_type_array) ? value : NULL;
}

/* The value of @word by its @name among @n; -EINVAL: it has none. */
#define GET_VALUE(word, name, n)                                   \
	({                                                         \
		int _value = 0;                                    \
		while (_value < (n) && strcmp(name(_value), word)) \
			_value++;                                  \
		_value < (n) ? _value : -EINVAL;                   \
	})

static int add_blocks(struct journal_job *job, const struct run *run,
		      struct facts_block block)
{
	struct plan *plan = job->plan;

	/* Their addresses are 64 bits. */
	if (run->last < run->first ||
	    run->last >= UINT64_MAX / plan->block_size ||
	    run->last - run->first >= JOURNAL_BLOCKS_MAX - plan->n_blocks)
		return -EINVAL;
	for (block.id = run->first; block.id <= run->last; block.id++) {
		if (ARRAY_GROW(plan->blocks, plan->n_blocks) < 0 ||
		    ARRAY_GROW(job->before, plan->n_blocks) < 0)
			return -ENOMEM;
		job->before[plan->n_blocks] = block;
		plan->blocks[plan->n_blocks++] = block.id;
	}
	return 0;
}

static int get_blocks(struct journal_job *job, json_object *item)
{
	int state = GET_VALUE(get_word(item, "state"), facts_block_state_name,
			      FACTS_BLOCK_UNKNOWN + 1);
	int zone = GET_VALUE(get_word(item, "zone"), facts_zone_name,
			     FACTS_ZONE_OTHER + 1);
	struct run run = { 0 };
	int r = get_fields(item, run_fields, &run);

	if (r < 0 || state < 0 || zone < 0)
		return r < 0 ? r : -EINVAL;
	return add_blocks(job, &run,
			  (struct facts_block){
				  .state = state, .zone = zone, .node = -1 });
}

static int get_shape(json_object *step, const char *key, struct plan_shape *ret)
{
	json_object *object = NULL, *list;
	int r;

	json_object_object_get_ex(step, key, &object);
	if (!object)
		return 0;
	r = get_fields(object, shape_fields, ret);
	list = r == 0 ? get_list(object, "ranges") : NULL;
	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		struct phys_range range = { 0 };

		r = get_fields(json_object_array_get_idx(list, i), range_fields,
			       &range);
		if (r < 0 || range.end < range.start)
			return r < 0 ? r : -EINVAL;
		if (ARRAY_GROW(ret->ranges, ret->n_ranges) < 0)
			return -ENOMEM;
		ret->ranges[ret->n_ranges++] = range;
	}
	return r < 0 || list ? r : -EINVAL;
}

/* One of the drivers' names that daxbroker knows, or NULL: steps do not own
 * theirs. */
static const char *driver_name(const char *word)
{
	static const char *const names[] = { DRIVER_DEVICE_DAX, DRIVER_KMEM };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(names[i], word) == 0)
			return names[i];
	return NULL;
}

static bool is_device(const char *name)
{
	uint64_t x, y;

	return facts_device_numbers(name, &x, &y);
}

/* Could be undone: has what that relies on. */
static bool is_step(const struct plan_step *step)
{
	if (step->device && !is_device(step->device))
		return false;
	switch (step->kind) {
	case PLAN_LOAD_MODULE:
	case PLAN_ADOPT:
	case PLAN_BIND:
	case PLAN_UNBIND:
		return step->driver;
	case PLAN_DESTROY:
	case PLAN_RESIZE:
		return step->device;
	default:
		return true;
	}
}

static int get_step(struct plan *plan, json_object *item)
{
	enum plan_step_kind kind = plan_step_kind_find(get_word(item, "kind"));
	int zone = GET_VALUE(get_word(item, "zone"), policy_zone_name,
			     POLICY_ZONE_COUNT);
	struct plan_step *step;
	int r;

	if (kind == PLAN_STEP_KINDS || zone < 0)
		return -EINVAL;
	if (ARRAY_GROW(plan->steps, plan->n_steps) < 0)
		return -ENOMEM;
	step = &plan->steps[plan->n_steps++];
	*step = (struct plan_step){
		.kind = kind,
		.zone = zone,
		.driver = driver_name(get_word(item, "driver")),
	};
	r = get_fields(item, step_fields, step);
	if (r == 0)
		r = get_shape(item, "before", &step->before);
	if (r == 0)
		r = get_shape(item, "after", &step->after);
	return r < 0 || is_step(step) ? r : -EINVAL;
}

/* Nothing in it leads out of where devices and regions are. */
static bool is_plan(const struct plan *plan)
{
	return is_device(plan->device) &&
	       strncmp(plan->region, "/devices/", strlen("/devices/")) == 0 &&
	       !strstr(plan->region, "/..") && plan->block_size > 0;
}

static int get_plan(struct journal_job *job, json_object *object)
{
	json_object *blocks = get_list(object, "blocks");
	json_object *steps = get_list(object, "steps");
	int r;

	r = get_fields(object, plan_fields, job->plan);
	if (r < 0 || !blocks || !steps || !is_plan(job->plan))
		return r < 0 ? r : -EINVAL;
	for (size_t i = 0; i < json_object_array_length(blocks) && r == 0; i++)
		r = get_blocks(job, json_object_array_get_idx(blocks, i));
	for (size_t i = 0; i < json_object_array_length(steps) && r == 0; i++)
		r = get_step(job->plan, json_object_array_get_idx(steps, i));
	return r;
}

int journal_job_read(json_object *object, struct journal_job *ret)
{
	struct journal_job job = { .plan = calloc(1, sizeof(*job.plan)) };
	int r;

	if (!job.plan)
		return -ENOMEM;
	job.plan->outcome = PLAN_SWITCH;
	r = get_plan(&job, object);
	if (r < 0) {
		journal_job_clear(&job);
		return r;
	}
	*ret = job;
	return 0;
}
