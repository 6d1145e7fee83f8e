// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/model/model.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/names.h"
#include "basic/parse.h"

/* The words of the kernel's state_show(). */
static const char *const state_words[] = {
	[FACTS_BLOCK_OFFLINE] = "offline",
	[FACTS_BLOCK_ONLINE] = "online",
	[FACTS_BLOCK_GOING_OFFLINE] = "going-offline",
	[FACTS_BLOCK_UNKNOWN] = "unknown",
};

static const char *const zone_words[] = {
	[FACTS_ZONE_NONE] = "none",
	[FACTS_ZONE_KERNEL] = "kernel",
	[FACTS_ZONE_MOVABLE] = "movable",
	[FACTS_ZONE_OTHER] = "other",
};

const char *facts_block_state_name(enum facts_block_state state)
{
	assert(state < ARRAY_SIZE(state_words));
	return state_words[state];
}

const char *facts_zone_name(enum facts_zone zone)
{
	assert(zone < ARRAY_SIZE(zone_words));
	return zone_words[zone];
}

static const char *const provider_names[] = {
	[FACTS_PROVIDER_OTHER] = "other",
	[FACTS_PROVIDER_PMEM] = "pmem",
	[FACTS_PROVIDER_HMEM] = "hmem",
	[FACTS_PROVIDER_CXL] = "cxl",
};

const char *facts_provider_name(enum facts_provider provider)
{
	assert(provider < ARRAY_SIZE(provider_names));
	return provider_names[provider];
}

static void release_kernel(struct facts_kernel *kernel)
{
	free(kernel->release);
	free(kernel->kmem_probe_state);
	free(kernel->auto_online_blocks);
	free(kernel->online_policy);
	free(kernel->memmap_on_memory);
}

static void release_host(struct facts_host *host)
{
	free(host->name);
	free(host->machine_id);
	free(host->virtualization);
	free(host->command_line);
	free(host->architecture);
}

static void release_region(struct facts_region *region)
{
	size_t i;

	for (i = 0; i < region->n_memdevs; i++)
		free(region->memdevs[i]);
	free(region->memdevs);
	free(region->uuid);
	free(region->path);
}

void facts_device_release(struct facts_device *device)
{
	size_t i;

	for (i = 0; i < device->n_holders; i++)
		free(device->holders[i].command);
	free(device->holders);
	free(device->blocks);
	free(device->ranges);
	free(device->kmem_state);
	free(device->users.drain);
	free(device->driver);
	free(device->uuid);
	free(device->path);
	free(device->identity);
	free(device->name);
}

static void release_node(struct facts_node *node)
{
	free(node->distances);
}

void facts_snapshot_free(struct facts_snapshot *snapshot)
{
	size_t i;

	if (!snapshot)
		return;
	release_kernel(&snapshot->kernel);
	release_host(&snapshot->host);
	for (i = 0; i < snapshot->n_regions; i++)
		release_region(&snapshot->regions[i]);
	for (i = 0; i < snapshot->n_devices; i++)
		facts_device_release(&snapshot->devices[i]);
	for (i = 0; i < snapshot->n_nodes; i++)
		release_node(&snapshot->nodes[i]);
	for (i = 0; i < snapshot->n_problems; i++)
		free(snapshot->problems[i]);
	free(snapshot->regions);
	free(snapshot->devices);
	free(snapshot->blocks);
	free(snapshot->nodes);
	free(snapshot->strays);
	free(snapshot->problems);
	free(snapshot);
}

const struct facts_device *
facts_find_device(const struct facts_snapshot *snapshot, const char *name)
{
	size_t i;

	for (i = 0; i < snapshot->n_devices; i++)
		if (strcmp(snapshot->devices[i].name, name) == 0)
			return &snapshot->devices[i];
	return NULL;
}

static int compare_nodes(const void *a, const void *b)
{
	const struct facts_node *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static struct facts_node *find_node(const struct facts_snapshot *snapshot,
				    int id)
{
	struct facts_node key = { .id = id };

	if (!snapshot->n_nodes)
		return NULL;
	return bsearch(&key, snapshot->nodes, snapshot->n_nodes,
		       sizeof(*snapshot->nodes), compare_nodes);
}

const struct facts_node *facts_find_node(const struct facts_snapshot *snapshot,
					 int id)
{
	return find_node(snapshot, id);
}

size_t facts_region_devices(const struct facts_snapshot *snapshot,
			    size_t region, size_t *ret_first)
{
	size_t first = 0, n = 0, end = snapshot->n_devices;

	while (first < end) {
		size_t middle = first + (end - first) / 2;

		if (snapshot->devices[middle].region < region)
			first = middle + 1;
		else
			end = middle;
	}
	while (first + n < snapshot->n_devices &&
	       snapshot->devices[first + n].region == region)
		n++;
	*ret_first = first;
	return n;
}

bool facts_device_is_bound(const struct facts_device *device,
			   const char *driver)
{
	return device->driver && strcmp(device->driver, driver) == 0;
}

enum facts_content_why
facts_device_content_why(const struct facts_device *device)
{
	if (!facts_device_is_bound(device, DRIVER_DEVICE_DAX))
		return FACTS_CONTENT_NOT_DEVDAX;
	if (device->users.exclusive == 1)
		return FACTS_CONTENT_EXCLUSIVE;
	return device->content_why;
}

bool facts_device_numbers(const char *name, uint64_t *ret_x, uint64_t *ret_y)
{
	const char *dot = strchr(name, '.');
	char region[NAME_MAX + 1];

	if (!dot || strlen(name) > NAME_MAX)
		return false;
	memcpy(region, name, (size_t)(dot - name));
	region[dot - name] = '\0';
	return parse_numbered(region, "dax", ret_x) &&
	       parse_numbered(dot, ".", ret_y);
}

size_t facts_device_parent_length(const struct facts_device *device)
{
	const char *slash = strrchr(device->path, '/');

	assert(slash);
	return (size_t)(slash - device->path);
}

static int add_blocks(const struct facts_snapshot *s,
		      struct facts_device *device, uint64_t first, uint64_t n)
{
	size_t i = ARRAY_BISECT(s->blocks, s->n_blocks, id, first);

	/* Ranges ascend, but nobody promised that they do not overlap. */
	if (device->n_blocks && device->blocks[device->n_blocks - 1] >= i)
		i = device->blocks[device->n_blocks - 1] + 1;
	for (; i < s->n_blocks && s->blocks[i].id - first < n; i++) {
		int r = ARRAY_GROW(device->blocks, device->n_blocks);

		if (r < 0)
			return r;
		device->blocks[device->n_blocks++] = i;
	}
	return 0;
}

static int set_blocks(const struct facts_snapshot *s,
		      struct facts_device *device)
{
	uint64_t first, n;
	int r = 0;

	for (size_t i = 0; i < device->n_ranges && r == 0; i++) {
		n = phys_range_blocks(device->ranges[i], s->kernel.block_size,
				      &first);
		device->possible_blocks += n;
		if (n)
			r = add_blocks(s, device, first, n);
	}
	return r;
}

static int count_node_blocks(struct facts_snapshot *s)
{
	_cleanup_free_ bool *owned = calloc(s->n_blocks + 1, sizeof(*owned));

	if (!owned)
		return -ENOMEM;
	for (size_t i = 0; i < s->n_devices; i++) {
		struct facts_node *node =
			find_node(s, s->devices[i].target_node);

		if (node)
			node->is_target = true;
		for (size_t j = 0; j < s->devices[i].n_blocks; j++)
			owned[s->devices[i].blocks[j]] = true;
	}
	for (size_t i = 0; i < s->n_blocks; i++) {
		struct facts_node *node = find_node(s, s->blocks[i].node);

		if (!node)
			continue;
		node->other_blocks += !owned[i];
		node->online_blocks += s->blocks[i].state == FACTS_BLOCK_ONLINE;
	}
	return 0;
}

int facts_set_device_blocks(struct facts_snapshot *snapshot)
{
	int r = 0;

	assert(snapshot->kernel.block_size);
	for (size_t i = 0; i < snapshot->n_devices && r == 0; i++)
		r = set_blocks(snapshot, &snapshot->devices[i]);
	return r == 0 ? count_node_blocks(snapshot) : r;
}
