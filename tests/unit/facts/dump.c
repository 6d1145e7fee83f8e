// SPDX-License-Identifier: GPL-2.0-or-later
#include "dump.h"

#include <inttypes.h>
#include <string.h>

#include "basic/cleanup.h"

static const char *text(const char *s)
{
	return s ? s : "-";
}

static const char *yes(bool b)
{
	return b ? "yes" : "no";
}

static void dump_kernel(FILE *out, const struct facts_kernel *k)
{
	fprintf(out, "kernel release=%s block_size=%#" PRIx64, text(k->release),
		k->block_size);
	fprintf(out, " auto_online_blocks=%s online_policy=%s",
		text(k->auto_online_blocks), text(k->online_policy));
	fprintf(out, " memmap_on_memory=%s\n", text(k->memmap_on_memory));
	fprintf(out, "kernel dax_bus=%s device_dax=%s kmem=%s\n",
		yes(k->has_dax_bus), yes(k->has_device_dax), yes(k->has_kmem));
	if (k->kmem_probe_state)
		fprintf(out, "kernel kmem_probe_state=%s\n",
			k->kmem_probe_state);
}

static void dump_region(FILE *out, const struct facts_region *r)
{
	size_t i;

	fprintf(out, "region %d path=%s provider=%s dynamic=%s\n", r->id,
		r->path, facts_provider_name(r->provider), yes(r->dynamic));
	fprintf(out,
		"  start=%#" PRIx64 " size=%#" PRIx64 " available=%#" PRIx64,
		r->start, r->size, r->available_size);
	fprintf(out, " align=%#" PRIx64 " target_node=%d uuid=%s\n", r->align,
		r->target_node, r->uuid_unknown ? "?" : text(r->uuid));
	for (i = 0; i < r->n_memdevs; i++)
		fprintf(out, "  memdev %s\n", r->memdevs[i]);
}

static void dump_users(FILE *out, const struct facts_users *u)
{
	if (!u->known)
		return;
	fprintf(out, "  users openers=%" PRIu64 " mappings=%" PRIu64,
		u->openers, u->mappings);
	fprintf(out, " mapped_bytes=%" PRIu64 " pinned_pages=%" PRIu64,
		u->mapped_bytes, u->pinned_pages);
	fprintf(out, " poisoned_pages=%" PRIu64 " drain=%s exclusive=%d",
		u->poisoned_pages, text(u->drain), u->exclusive);
	fprintf(out, " dontfork=%d\n", u->dontfork);
}

static void dump_holders(FILE *out, const struct facts_device *d)
{
	size_t i;

	if (d->holders_known)
		fputs("  holders known\n", out);
	for (i = 0; i < d->n_holders; i++)
		fprintf(out, "  holder %d %s open=%s mapped=%s\n",
			d->holders[i].pid, d->holders[i].command,
			yes(d->holders[i].open), yes(d->holders[i].mapped));
}

static void dump_device(FILE *out, const struct facts_snapshot *s,
			const struct facts_device *d)
{
	size_t i;

	fprintf(out, "device %s path=%s region=%zu driver=%s %u:%u\n", d->name,
		d->path, d->region, text(d->driver), d->major, d->minor);
	fprintf(out, "  identity=%s\n", d->identity);
	fprintf(out, "  size=%#" PRIx64 " align=%#" PRIx64, d->size, d->align);
	fprintf(out, " target_node=%d numa_node=%d memmap_on_memory=%d\n",
		d->target_node, d->numa_node, d->memmap_on_memory);
	dump_users(out, &d->users);
	if (d->kmem_state)
		fprintf(out, "  kmem_state=%s\n", d->kmem_state);
	if (!d->ranges_known)
		fputs("  ranges unknown\n", out);
	for (i = 0; i < d->n_ranges; i++)
		fprintf(out, "  range %#" PRIx64 "-%#" PRIx64 "\n",
			d->ranges[i].start, d->ranges[i].end);
	fprintf(out, "  blocks possible=%" PRIu64 ":", d->possible_blocks);
	for (i = 0; i < d->n_blocks; i++)
		fprintf(out, " %" PRIu64, s->blocks[d->blocks[i]].id);
	fputc('\n', out);
	dump_holders(out, d);
}

static void dump_block(FILE *out, const struct facts_block *b)
{
	fprintf(out, "block %" PRIu64 " node=%d %s zone=%s", b->id, b->node,
		facts_block_state_name(b->state), facts_zone_name(b->zone));
	fputc('\n', out);
}

static void dump_node(FILE *out, const struct facts_node *n)
{
	const struct facts_performance *p = &n->performance;
	size_t i;

	fprintf(out, "node %d size=%" PRIu64 " free=%" PRIu64 " cpu=%s", n->id,
		n->size, n->free, yes(n->has_cpu));
	fputs(" distances=", out);
	for (i = 0; i < n->n_distances; i++)
		fprintf(out, "%s%d", i ? "," : "", n->distances[i]);
	fprintf(out, "\n  read %" PRIu64 "MiB/s %" PRIu64 "ns",
		p->read_bandwidth, p->read_latency);
	fprintf(out, " write %" PRIu64 "MiB/s %" PRIu64 "ns\n",
		p->write_bandwidth, p->write_latency);
}

char *dump_snapshot(const struct facts_snapshot *s)
{
	char *result = NULL;
	size_t length, i;
	FILE *out = open_memstream(&result, &length);

	if (!out)
		abort();
	dump_kernel(out, &s->kernel);
	for (i = 0; i < s->n_regions; i++)
		dump_region(out, &s->regions[i]);
	for (i = 0; i < s->n_devices; i++)
		dump_device(out, s, &s->devices[i]);
	for (i = 0; i < s->n_blocks; i++)
		dump_block(out, &s->blocks[i]);
	for (i = 0; i < s->n_nodes; i++)
		dump_node(out, &s->nodes[i]);
	for (i = 0; i < s->n_problems; i++)
		fprintf(out, "problem %s\n", s->problems[i]);
	if (fclose(out) != 0 || !result)
		abort();
	return result;
}
