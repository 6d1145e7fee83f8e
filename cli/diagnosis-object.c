// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/diagnosis-object.h"

#include "cli/object.h"

static json_object *resident_json(const struct facts_resident *resident)
{
	json_object *object;

	if (!resident)
		return NULL;
	object = json_object_new_object();
	object_add_number(object, "pid", resident->pid);
	object_add_string(object, "command", resident->command);
	object_add_string(object, "cgroup", resident->cgroup);
	object_add_number(object, "pages", (int64_t)resident->pages);
	object_add_number(object, "locked_pages", (int64_t)resident->locked);
	object_add_number(object, "huge_pages", (int64_t)resident->huge);
	object_add_number(object, "bound_pages", (int64_t)resident->bound);
	object_add_number(object, "pinned_pages", (int64_t)resident->pinned);
	return object;
}

static json_object *finding_json(const struct diagnosis_finding *finding)
{
	json_object *object = json_object_new_object();
	json_object *blocks = json_object_new_array();

	object_add_string(object, "kind", finding->kind);
	object_add_string(object, "verdict",
			  diagnosis_verdict_name(finding->verdict));
	object_add_number(object, "pages", (int64_t)finding->pages);
	for (size_t i = 0; i < finding->n_blocks; i++)
		json_object_array_add(
			blocks, json_object_new_uint64(finding->blocks[i]));
	object_add(object, "blocks", blocks);
	object_add(object, "process", resident_json(finding->resident));
	object_add_string(object, "what", finding->what);
	object_add_string(object, "advice", finding->advice);
	return object;
}

static json_object *block_json(const struct facts_block_pages *block)
{
	json_object *object = json_object_new_object();
	json_object *pages = json_object_new_object();

	object_add_number(object, "block", (int64_t)block->id);
	object_add_string(object, "zone", facts_zone_name(block->zone));
	for (enum facts_page_kind kind = 0; kind < FACTS_PAGE_KINDS; kind++)
		object_add_number(pages, facts_page_kind_name(kind),
				  (int64_t)block->n[kind]);
	object_add(object, "pages", pages);
	return object;
}

static void add_lists(json_object *object, const struct facts_usage *usage,
		      const struct diagnosis *diagnosis)
{
	json_object *findings = json_object_new_array();
	json_object *blocks = json_object_new_array();
	json_object *processes = json_object_new_array();

	for (size_t i = 0; i < diagnosis->n_findings; i++)
		json_object_array_add(findings,
				      finding_json(&diagnosis->findings[i]));
	for (size_t i = 0; usage->pages_known && i < usage->n_blocks; i++)
		json_object_array_add(blocks, block_json(&usage->blocks[i]));
	for (size_t i = 0; i < usage->n_residents; i++)
		json_object_array_add(processes,
				      resident_json(&usage->residents[i]));
	object_add(object, "findings", findings);
	object_add(object, "blocks", blocks);
	object_add(object, "processes", processes);
}

json_object *diagnosis_object_new(const struct facts_device *device,
				  const struct facts_usage *usage,
				  const struct diagnosis *diagnosis)
{
	json_object *object = json_object_new_object();

	object_add_string(object, "device", device->name);
	object_add_string(object, "identity", device->identity);
	object_add_number(object, "target_node", device->target_node);
	object_add_number(object, "page_size", (int64_t)usage->page_size);
	object_add_string(object, "verdict",
			  diagnosis_verdict_name(diagnosis->verdict));
	object_add_string(object, "summary", diagnosis->summary);
	object_add_string(object, "last_error", usage->last_error);
	object_add_bool(object, "attempt_known",
			usage->attempt_known || usage->last_error);
	add_lists(object, usage, diagnosis);
	return object;
}
