// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/device-subject.h"

#define MIB (UINT64_C(1) << 20)

static bool has_figures(const struct facts_performance *p)
{
	return p->read_bandwidth || p->write_bandwidth || p->read_latency ||
	       p->write_latency;
}

/* It is there as long as memory of dax devices is online: a snapshot has all
 * blocks of such a node. */
static bool is_of_dax(const struct facts_node *node)
{
	return node->other_blocks == 0 && !node->has_cpu;
}

static const struct facts_performance *
take_figures(const struct facts_node *node, struct policy_subject *subject)
{
	if (is_of_dax(node))
		subject->fleeting |= POLICY_UNKNOWN_PERFORMANCE;
	return &node->performance;
}

/*
 * A node's figures can be read only while it is there: before that they are
 * unknown, unless the region has some of its own. Else a device would lose its
 * policy by being unplugged.
 */
static void set_performance(const struct facts_snapshot *snapshot,
			    const struct facts_device *device,
			    struct policy_subject *subject)
{
	const struct facts_performance *p =
		&facts_device_region(snapshot, device)->performance;
	const struct facts_node *node =
		facts_find_node(snapshot, device->target_node);

	if (!has_figures(p) && node)
		p = take_figures(node, subject);
	else if (!has_figures(p))
		subject->unknown |= POLICY_UNKNOWN_PERFORMANCE;
	subject->performance = (struct policy_performance){
		.read_bandwidth = p->read_bandwidth * MIB,
		.write_bandwidth = p->write_bandwidth * MIB,
		.read_latency = p->read_latency,
		.write_latency = p->write_latency,
	};
}

/* It would have no memory without dax devices. A snapshot has the blocks of
 * such nodes alone. */
static bool is_only_of_dax(const struct facts_node *node)
{
	return node->other_blocks == 0 && node->is_target;
}

static uint64_t count_nodes(const struct facts_snapshot *snapshot)
{
	uint64_t n = 0;

	for (size_t i = 0; i < snapshot->n_nodes; i++)
		n += snapshot->nodes[i].size > 0 &&
		     !is_only_of_dax(&snapshot->nodes[i]);
	return n;
}

static void set_memory(const struct facts_snapshot *snapshot,
		       struct policy_subject *subject)
{
	subject->host.memory = snapshot->memory.installed;
	subject->host.nodes = count_nodes(snapshot);
	/* Which memory is whose is unknown for both, or for none. */
	if (!subject->host.memory)
		subject->unknown |=
			POLICY_UNKNOWN_MEMORY | POLICY_UNKNOWN_NODES;
}

static void set_host(const struct facts_snapshot *snapshot,
		     struct policy_subject *subject)
{
	const struct facts_host *host = &snapshot->host;
	const struct {
		const char *value;
		enum policy_unknown flag;
	} facts[] = {
		{ host->name, POLICY_UNKNOWN_HOSTNAME },
		{ host->machine_id, POLICY_UNKNOWN_MACHINE_ID },
		{ host->virtualization, POLICY_UNKNOWN_VIRTUALIZATION },
		{ host->command_line, POLICY_UNKNOWN_COMMAND_LINE },
		{ host->architecture, POLICY_UNKNOWN_ARCHITECTURE },
		{ snapshot->kernel.release, POLICY_UNKNOWN_KERNEL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		if (!facts[i].value)
			subject->unknown |= facts[i].flag;
	subject->host = (struct policy_host){
		.name = host->name,
		.machine_id = host->machine_id,
		.virtualization = host->virtualization,
		.container = host->container,
		.kernel = snapshot->kernel.release,
		.command_line = host->command_line,
		.architecture = host->architecture,
	};
}

static void lower_start(struct policy_extent *extent, uint64_t start)
{
	if (!extent->start_known || start < extent->start)
		extent->start = start;
	extent->start_known = true;
}

/*
 * Where the region's start is unknown, it is taken to be that of its lowest
 * device: the first one, which the kernel never deletes, has been there since
 * the region was made. If somebody has moved that, the layout fails at the
 * region's end and is undone.
 */
static void set_extent(const struct facts_snapshot *snapshot,
		       const struct facts_device *device,
		       struct policy_extent *ret)
{
	const struct facts_region *region =
		facts_device_region(snapshot, device);
	size_t first, n;

	*ret = (struct policy_extent){
		.dynamic = region->dynamic,
		.size = region->size,
		.align = region->align,
		.block_size = snapshot->kernel.block_size,
	};
	n = facts_region_devices(snapshot, device->region, &first);
	ret->device = snapshot->devices[first].name;
	ret->path = snapshot->devices[first].path;
	for (size_t i = first; i < first + n; i++)
		if (snapshot->devices[i].n_ranges > 0)
			lower_start(ret, snapshot->devices[i].ranges[0].start);
	if (region->start) {
		ret->start = region->start;
		ret->start_known = true;
	}
}

static void set_content(const struct facts_device *device,
			struct policy_subject *subject)
{
	if (device->content != CONTENT_UNKNOWN) {
		subject->content = content_kind_name(device->content);
		return;
	}
	subject->unknown |= POLICY_UNKNOWN_CONTENT;
	subject->content_why =
		facts_content_why_text(facts_device_content_why(device));
}

struct policy_subject
survey_device_subject(const struct facts_snapshot *snapshot,
		      const struct facts_device *device)
{
	const struct facts_region *region =
		facts_device_region(snapshot, device);
	struct policy_subject subject = {
		.device = device->name,
		.identity = device->identity,
		.path = device->path,
		.uuid = region->uuid,
		.device_uuid = device->uuid,
		.memdevs = (const char *const *)region->memdevs,
		.n_memdevs = region->n_memdevs,
		.size = device->size,
		.align = device->align,
		.target_node = device->target_node,
		.ranges = device->ranges,
		.n_ranges = device->n_ranges,
	};

	set_content(device, &subject);
	if (region->provider != FACTS_PROVIDER_OTHER)
		subject.provider = facts_provider_name(region->provider);
	if (!device->ranges_known)
		subject.unknown |= POLICY_UNKNOWN_RANGES;
	if (region->uuid_unknown || device->uuid_unknown)
		subject.unknown |= POLICY_UNKNOWN_UUID;
	if (!device->align)
		subject.unknown |= POLICY_UNKNOWN_ALIGN;
	set_performance(snapshot, device, &subject);
	set_host(snapshot, &subject);
	set_memory(snapshot, &subject);
	set_extent(snapshot, device, &subject.extent);
	return subject;
}
