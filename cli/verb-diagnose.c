// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/log.h"
#include "cli/object.h"
#include "cli/view.h"
#include "facts/model/usage.h"
#include "facts/usage-read.h"
#include "plan/diagnose.h"

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

static void print_json(const struct facts_device *device,
		       const struct facts_usage *usage,
		       const struct diagnosis *diagnosis)
{
	json_object *object = json_object_new_object();

	object_add_string(object, "device", device->name);
	object_add_string(object, "identity", device->identity);
	object_add_number(object, "node", device->target_node);
	object_add_number(object, "page_size", (int64_t)usage->page_size);
	object_add_string(object, "verdict",
			  diagnosis_verdict_name(diagnosis->verdict));
	object_add_string(object, "summary", diagnosis->summary);
	object_add_string(object, "last_error", usage->last_error);
	add_lists(object, usage, diagnosis);
	object_print(object);
}

static void print_text(const struct diagnosis *diagnosis)
{
	printf("%s.\n", diagnosis->summary);
	for (size_t i = 0; i < diagnosis->n_findings; i++) {
		const struct diagnosis_finding *f = &diagnosis->findings[i];

		printf("%8s: %s.\n", diagnosis_verdict_name(f->verdict),
		       f->what);
		if (f->advice)
			printf("%10s%s.\n", "", f->advice);
	}
}

static enum exit_code verdict_status(enum diagnosis_verdict verdict)
{
	switch (verdict) {
	case DIAGNOSIS_BLOCKED:
		return EXIT_REFUSED;
	case DIAGNOSIS_UNKNOWN:
		return EXIT_ERROR;
	case DIAGNOSIS_FREE:
	case DIAGNOSIS_MAYBE:
	case DIAGNOSIS_VERDICTS:
		break;
	}
	return EXIT_OK;
}

static enum exit_code print(const struct arguments *arguments, int root_fd,
			    const struct view *view)
{
	const struct facts_device *device = view->items[0]->device;
	_cleanup_diagnosis_ struct diagnosis *diagnosis = NULL;
	_cleanup_facts_usage_ struct facts_usage *usage = NULL;
	int r;

	if (!device->ranges_known) {
		log_error("the physical ranges of %s cannot be read; root can "
			  "read them",
			  device->name);
		return EXIT_ERROR;
	}
	r = facts_usage_read(root_fd, view->survey->snapshot, device, &usage);
	if (r == 0)
		r = diagnose(view->survey->snapshot, device, usage, &diagnosis);
	if (r < 0) {
		log_error("%s cannot be diagnosed: %s", device->name,
			  strerror(-r));
		return EXIT_ERROR;
	}
	if (arguments->json)
		print_json(device, usage, diagnosis);
	else
		print_text(diagnosis);
	return verdict_status(diagnosis->verdict);
}

enum exit_code verb_diagnose(const struct arguments *arguments)
{
	_cleanup_view_ struct view view = { 0 };
	_cleanup_close_ int root_fd = -1;
	struct arguments quiet = *arguments;
	enum exit_code status;

	quiet.quiet = true;
	status = view_take(&quiet, &view);
	if (status != EXIT_OK)
		return status;
	root_fd = view_open_root(arguments);
	return root_fd < 0 ? EXIT_ERROR : print(arguments, root_fd, &view);
}
