// SPDX-License-Identifier: GPL-2.0-or-later
#include "world.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/names.h"
#include "broker/record-fact.h"
#include "facts/document-read.h"
#include "facts/document-write.h"

#define FIRST_BLOCK 32
/* Longer than events are gathered for, shorter than a retry. */
#define SOON_USEC (1500 * UINT64_C(1000))

void world_make(struct world *world)
{
	*world = (struct world){ 0 };
	fake_init(&world->fake);
	tree_make(&world->root);
	tree_folder(&world->root, "sys/devices/system/node", 0755);
	tree_folder(&world->root, "run", 0755);
}

void world_remove(struct world *world)
{
	world_kill(world);
	for (size_t i = 0; i < WORLD_DEVICES; i++) {
		free(world->devices[i].path);
		free(world->region_paths[i]);
	}
	tree_remove(&world->root);
}

void world_policy(struct world *world, const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), POLICY_DIR_ETC "/%s", name);
	tree_text(&world->root, path, text);
}

static void add_device(struct world *world, size_t region, size_t number)
{
	struct world_device *device = &world->devices[world->n_devices];

	assert_true(world->n_devices < WORLD_DEVICES);
	device->node = 1;
	device->first_block = FIRST_BLOCK + world->n_devices++ * WORLD_BLOCKS;
	device->range.start = device->first_block * WORLD_BLOCK;
	device->range.end =
		device->range.start + WORLD_BLOCKS * WORLD_BLOCK - 1;
	snprintf(device->name, sizeof(device->name), "dax%zu.%zu", region,
		 number);
	snprintf(device->identity, sizeof(device->identity), "hmem:%zu.%zu",
		 region, number);
	assert_true(asprintf(&device->path, "%s/%s",
			     world->region_paths[region], device->name) > 0);
}

void world_add_region(struct world *world, size_t n)
{
	const size_t id = world->n_regions++;
	struct facts_region *region = &world->regions[id];
	const size_t first = world->n_devices;
	char *path;

	assert_true(asprintf(&path, "/devices/platform/hmem.%zu", id) > 0);
	world->region_paths[id] = path;
	for (size_t i = 0; i < n; i++)
		add_device(world, id, i);
	*region = (struct facts_region){
		.id = (int)id,
		.path = path,
		.provider = FACTS_PROVIDER_HMEM,
		.dynamic = true,
		.start = world->devices[first].range.start,
		.size = n * WORLD_BLOCKS * WORLD_BLOCK,
		.align = 2 << 20,
		.target_node = 1,
	};
}

struct world_device *world_device(struct world *world, const char *name)
{
	for (size_t i = 0; i < world->n_devices; i++)
		if (strcmp(world->devices[i].name, name) == 0)
			return &world->devices[i];
	fail_msg("no device %s", name);
	return NULL;
}

static void add_blocks(struct facts_snapshot *snapshot,
		       struct facts_device *facts, struct world_device *device)
{
	if (!device->driver || strcmp(device->driver, DRIVER_KMEM) != 0)
		return;
	facts->blocks = device->blocks;
	facts->n_blocks = facts->possible_blocks;
	for (size_t i = 0; i < facts->n_blocks; i++) {
		device->blocks[i] = snapshot->n_blocks;
		snapshot->blocks[snapshot->n_blocks++] = (struct facts_block){
			.id = device->first_block + i,
			.state = FACTS_BLOCK_ONLINE,
			.zone = FACTS_ZONE_MOVABLE,
			.node = device->node,
		};
	}
}

static int compare_blocks(const void *a, const void *b)
{
	const struct facts_block *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static void add_facts(struct facts_snapshot *snapshot,
		      const struct world *world, struct world_device *device)
{
	struct facts_device *facts;
	const uint64_t size = phys_range_size(device->range);
	bool counts_users = world->counts_users;

	if (device->gone)
		return;
	counts_users |= device->poisoned > 0 || device->drain;
	facts = &snapshot->devices[snapshot->n_devices++];
	device->first_block = device->range.start / WORLD_BLOCK;
	*facts = (struct facts_device){
		.name = device->name,
		.identity = device->identity,
		.path = device->path,
		.region = strtoul(device->name + strlen("dax"), NULL, 10),
		.driver = (char *)device->driver,
		.size = size,
		.align = 2 << 20,
		.target_node = device->node,
		.numa_node = -1,
		.memmap_on_memory = -1,
		.ranges_known = true,
		.ranges = &device->range,
		.n_ranges = size > 0,
		.possible_blocks = size / WORLD_BLOCK,
		.major = 252,
		.minor = device->minor,
		.users = { .known = counts_users,
			   .rechecks = counts_users && !world->checks_once,
			   .drain = (char *)(device->drain  ? device->drain
					     : counts_users ? "off"
							    : NULL),
			   .poisoned_pages = device->poisoned,
			   .exclusive = counts_users ? 1 : -1,
			   .dontfork = counts_users ? 1 : -1 },
		.holders_known = !device->unasked,
	};
	add_blocks(snapshot, facts, device);
}

/* A copy that can be freed: by way of a document. */
static struct facts_snapshot *copy_of(const struct facts_snapshot *snapshot)
{
	_cleanup_free_ char *text = NULL, *message = NULL;
	struct facts_snapshot *copy = NULL;

	assert_int_equal(facts_document_write(snapshot, false, &text), 0);
	if (facts_document_read(text, strlen(text), &copy, &message) < 0)
		fail_msg("%s", message);
	return copy;
}

/* Not in documents. */
static void add_stray(struct facts_snapshot *snapshot)
{
	snapshot->strays = calloc(1, sizeof(*snapshot->strays));
	assert_non_null(snapshot->strays);
	snapshot->n_strays = 1;
	snapshot->strays[0] = (struct facts_stray){
		.range = { 0x100000000, 0x10fffffff },
		.node = 1,
		.n_online = 2,
	};
}

static struct facts_snapshot *take_snapshot(struct world *world)
{
	struct facts_device devices[WORLD_DEVICES];
	struct facts_block blocks[WORLD_DEVICES * WORLD_BLOCKS_MAX];
	struct facts_snapshot snapshot = {
		.kernel = {
			.block_size = WORLD_BLOCK,
			.auto_online_blocks = (char *)"offline",
			.has_dax_bus = true,
			.has_device_dax = true,
			.device_dax_attach = world->counts_users,
			.has_kmem = true,
		},
		.regions = world->regions,
		.n_regions = world->n_regions,
		.devices = devices,
		.blocks = blocks,
	};
	struct facts_snapshot *copy;

	for (size_t i = 0; i < world->n_devices; i++)
		add_facts(&snapshot, world, &world->devices[i]);
	/* In the kernel's order. */
	qsort(snapshot.blocks, snapshot.n_blocks, sizeof(*snapshot.blocks),
	      compare_blocks);
	copy = copy_of(&snapshot);
	if (world->stray)
		add_stray(copy);
	return copy;
}

struct survey *world_survey(struct world *world,
			    const struct policy_set *policies)
{
	struct survey *survey;

	assert_int_equal(survey_make(take_snapshot(world), policies, NULL, NULL,
				     &survey),
			 0);
	return survey;
}

static int take_survey(void *outside, const struct policy_set *policies,
		       survey_flags_fn flags, void *userdata,
		       struct survey **ret)
{
	struct world *world = (struct world *)outside;

	if (world->survey_error)
		return world->survey_error;
	world->surveys++;
	return survey_make(take_snapshot(world), policies, flags, userdata,
			   ret);
}

static void on_busy(void *userdata)
{
	((struct world *)userdata)->busy++;
}

static void on_settled(void *userdata)
{
	((struct world *)userdata)->settled++;
}

static void on_progress(const char *text, void *userdata)
{
	struct world *world = userdata;

	snprintf(world->progress, sizeof(world->progress), "%s", text);
}

void world_start(struct world *world)
{
	const struct broker_watcher watcher = {
		.busy = on_busy,
		.progress = on_progress,
		.settled = on_settled,
		.userdata = world,
	};
	struct broker_interface interface = fake_interface(&world->fake);

	/* The fake is the world's first member. */
	interface.survey = take_survey;
	assert_int_equal(broker_new(&interface, world->root.fd, getuid(),
				    &world->broker),
			 0);
	assert_int_equal(broker_watch(world->broker, &watcher), 0);
	world_reload(world);
}

void world_kill(struct world *world)
{
	if (world->broker)
		broker_free(TAKE_PTR(world->broker));
	assert_null(world->fake.workers);
	assert_null(world->fake.timers);
}

void world_event(struct world *world, enum broker_event_kind kind,
		 const char *device)
{
	const struct broker_event event = { .kind = kind, .device = device };

	broker_event(world->broker, &event);
	fake_advance(&world->fake, SOON_USEC);
}

void world_reload(struct world *world)
{
	broker_reload(world->broker);
	fake_advance(&world->fake, 0);
}

void world_done(struct world *world, const char *device)
{
	const struct plan *plan = fake_worker(&world->fake, device)->order.plan;

	world_device(world, device)->driver =
		plan->mode == POLICY_MODE_SYSTEM_RAM ? DRIVER_KMEM
						     : DRIVER_DEVICE_DAX;
	world_end(world, device, ACT_DONE, 0);
}

void world_end(struct world *world, const char *device,
	       enum act_outcome outcome, int error)
{
	const struct act_result result = {
		.outcome = outcome,
		.failure = { .cause = error ? ACT_CAUSE_OTHER : ACT_CAUSE_NONE,
			     .error = error },
	};

	fake_end(&world->fake, device, &result);
	fake_advance(&world->fake, 0);
}

/* That of its region: a slot of one that is gone, or another one. */
static struct world_device *make_device(struct world *world, size_t region)
{
	size_t number = 0, i = 0;

	while (i < world->n_devices && !world->devices[i].gone)
		i++;
	if (i < world->n_devices) {
		world->devices[i].gone = false;
		world->devices[i].driver = NULL;
		return &world->devices[i];
	}
	for (i = 0; i < world->n_devices; i++)
		number += strtoul(world->devices[i].name + strlen("dax"), NULL,
				  10) == region;
	add_device(world, region, number);
	return &world->devices[i];
}

static void set_range(struct world_device *device,
		      const struct plan_shape *shape)
{
	assert_true(shape->n_ranges <= 1);
	device->range = shape->n_ranges ? shape->ranges[0]
					: (struct phys_range){ 1, 0 };
	snprintf(device->identity, sizeof(device->identity),
		 "hmem:0x%llx-0x%llx", (unsigned long long)device->range.start,
		 (unsigned long long)device->range.end);
}

static void carry_out(struct world *world, const struct plan *plan,
		      const struct plan_step *step)
{
	const char *name = step->device ?: plan->device;
	struct world_device *device;

	switch (step->kind) {
	case PLAN_UNBIND:
		world_device(world, name)->driver = NULL;
		break;
	case PLAN_BIND:
		world_device(world, name)->driver = step->driver;
		break;
	case PLAN_DESTROY:
		world_device(world, name)->gone = true;
		break;
	case PLAN_RESIZE:
		set_range(world_device(world, name), &step->after);
		break;
	case PLAN_CREATE:
		device = make_device(
			world, strtoul(plan->device + strlen("dax"), NULL, 10));
		set_range(device, &step->after);
		break;
	default:
		break;
	}
}

void world_carry_out(struct world *world, const char *device)
{
	const struct plan *plan = fake_worker(&world->fake, device)->order.plan;

	for (size_t i = 0; i < plan->n_steps; i++)
		carry_out(world, plan, &plan->steps[i]);
	world_end(world, device, ACT_DONE, 0);
}

void world_finish(struct world *world)
{
	for (unsigned int i = 0; world->fake.workers; i++) {
		char device[ACT_NAME_MAX];

		assert_true(i < 100);
		snprintf(device, sizeof(device), "%s",
			 world->fake.workers->order.plan->device);
		world_carry_out(world, device);
	}
}

const struct record *world_record(const struct world *world, const char *device)
{
	const struct record_table *table = broker_records(world->broker);

	for (size_t i = 0; i < table->n; i++)
		if (strcmp(table->records[i]->device, device) == 0)
			return table->records[i];
	fail_msg("no record of %s", device);
	return NULL;
}

void world_expect(const struct world *world, const char *device,
		  enum record_outcome outcome)
{
	assert_string_equal(
		outcome_get(world_record(world, device)->outcome)->name,
		outcome_get(outcome)->name);
}

void world_expect_jobs(const struct world *world, const char *wanted)
{
	char running[256] = "";

	for (const struct worker *w = world->fake.workers; w; w = w->next)
		snprintf(running + strlen(running),
			 sizeof(running) - strlen(running), "%s%s",
			 running[0] ? " " : "", w->order.plan->device);
	assert_string_equal(running, wanted);
}

void world_expect_message(const struct world *world, const char *device,
			  const char *part)
{
	_cleanup_free_ char *message =
		record_fact_message(world_record(world, device));

	if (!strstr(message, part))
		fail_msg("\"%s\" is not in \"%s\"", part, message);
}
