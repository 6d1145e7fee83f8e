// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/column.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "basic/size.h"
#include "basic/text.h"
#include "cli/device-text.h"
#include "cli/grant-text.h"
#include "cli/media-text.h"
#include "cli/override-text.h"
#include "plan/device-mode.h"

static char *copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

static char *count_text(uint64_t count)
{
	return text_format("%" PRIu64, count);
}

static char *size_text(const struct column_row *row, uint64_t bytes)
{
	char buf[SIZE_FORMAT_MAX];

	return row->bytes ? count_text(bytes) : strdup(size_format(bytes, buf));
}

static char *number_text(int number)
{
	return number < 0 ? NULL : text_format("%d", number);
}

/* The namespaces of an NVDIMM are regions of one number, side by side. */
static bool is_numbered_alone(const struct column_row *row)
{
	const struct facts_snapshot *snapshot = row->survey->snapshot;
	const struct facts_region *region = row->region;
	const struct facts_region *last =
		&snapshot->regions[snapshot->n_regions - 1];

	return (region == snapshot->regions || region[-1].id != region->id) &&
	       (region == last || region[1].id != region->id);
}

static char *region_name(const struct column_row *row)
{
	const char *slash = strrchr(row->region->path, '/');

	if (!slash || is_numbered_alone(row))
		return text_format("region%d", row->region->id);
	return text_format("region%d%s", row->region->id, slash);
}

static char *device_text(const struct column_row *row)
{
	return row->item ? copy(row->item->device->name) : region_name(row);
}

static char *region_text(const struct column_row *row)
{
	return number_text(row->region->id);
}

static char *provider_text(const struct column_row *row)
{
	return copy(facts_provider_name(row->region->provider));
}

static char *size_column_text(const struct column_row *row)
{
	return size_text(row, row->item ? row->item->device->size
					: row->region->size);
}

static char *align_text(const struct column_row *row)
{
	uint64_t align =
		row->item ? row->item->device->align : row->region->align;

	return align ? size_text(row, align) : NULL;
}

static char *node_text(const struct column_row *row)
{
	return number_text(row->item ? row->item->device->target_node
				     : row->region->target_node);
}

static char *mode_text(const struct column_row *row)
{
	return row->item ? copy(device_mode_name(device_mode_find(
				   row->survey->snapshot, row->item->device)))
			 : NULL;
}

static char *zone_text(const struct column_row *row)
{
	return row->item ? copy(device_text_zone(row->survey->snapshot,
						 row->item->device))
			 : NULL;
}

static char *online_text(const struct column_row *row)
{
	const struct facts_snapshot *snapshot = row->survey->snapshot;

	if (!row->item || !row->item->device->ranges_known)
		return NULL;
	return size_text(row, plan_count_online(snapshot, row->item->device) *
				      snapshot->kernel.block_size);
}

static char *pool_text(const struct column_row *row)
{
	return row->item ? copy(grant_text_pool(row->grants, row->item)) : NULL;
}

static char *lease_text(const struct column_row *row)
{
	return row->item ? grant_text_id(row->grants, row->item) : NULL;
}

static char *lease_state_text(const struct column_row *row)
{
	return row->item ? copy(grant_text_state(row->grants, row->item))
			 : NULL;
}

static char *leased_by_text(const struct column_row *row)
{
	return row->item ? grant_text_owner(row->grants, row->item) : NULL;
}

/* Why the mode is wanted, where that is no file's [Region]; or NULL. */
static const char *find_remark(const struct column_row *row)
{
	const char *state = grant_text_state(row->grants, row->item);

	if (row->item->decision->override)
		return "override";
	if (state && row->item->decision->grant &&
	    strcmp(state, "reserve") != 0)
		return "lease";
	return state;
}

static char *wanted_text(const struct column_row *row)
{
	_cleanup_free_ char *wanted =
		row->item ? device_text_wanted(row->survey->snapshot, row->item)
			  : NULL;
	const char *remark;

	/* What programs read has it as facts of its own. */
	if (!wanted || row->bytes)
		return TAKE_PTR(wanted);
	remark = find_remark(row);
	return remark ? text_format("%s (%s)", wanted, remark)
		      : TAKE_PTR(wanted);
}

static char *policy_text(const struct column_row *row)
{
	return row->item ? copy(row->item->decision->file) : NULL;
}

static char *override_column_text(const struct column_row *row)
{
	return row->item && row->item->decision->override
		       ? override_text(row->item->decision->override)
		       : NULL;
}

static char *state_text(const struct column_row *row)
{
	return row->item ? copy(device_text_state(row->item)) : NULL;
}

static const char *state_color(const struct column_row *row)
{
	if (!row->item)
		return NULL;
	switch (row->item->plan->outcome) {
	case PLAN_NOTHING:
		return "green";
	case PLAN_SWITCH:
		return "brown"; /* which terminals show as yellow */
	case PLAN_KEEP:
		return row->item->decision->faulty ? "red" : NULL;
	case PLAN_REFUSED:
		break;
	}
	return "red";
}

static char *host_text(const struct column_row *row)
{
	return copy(row->host);
}

static char *reason_text(const struct column_row *row)
{
	return row->item ? copy(row->item->plan->reason) : NULL;
}

/* Open files as daxbroker's device_dax counts them, else the processes found.
 */
static char *users_text(const struct column_row *row)
{
	const struct facts_device *device =
		row->item ? row->item->device : NULL;

	if (device && device->users.known)
		return count_text(device->users.openers);
	if (device && device->holders_known)
		return count_text(device->n_holders);
	return NULL;
}

static char *mapped_text(const struct column_row *row)
{
	return row->item && row->item->device->users.known
		       ? size_text(row, row->item->device->users.mapped_bytes)
		       : NULL;
}

static char *uuid_text(const struct column_row *row)
{
	return copy(row->region->uuid);
}

static char *identity_text(const struct column_row *row)
{
	return row->item ? copy(row->item->device->identity) : NULL;
}

static char *path_text(const struct column_row *row)
{
	return copy(row->item ? row->item->device->path : row->region->path);
}

static char *content_text(const struct column_row *row)
{
	if (row->media && row->media->content)
		return copy(row->media->content);
	return row->item ? copy(content_kind_name(row->item->device->content))
			 : NULL;
}

static char *used_by_text(const struct column_row *row)
{
	return row->media ? media_text_uses(row->media) : NULL;
}

static char *driver_text(const struct column_row *row)
{
	return row->item ? copy(row->item->device->driver) : NULL;
}

static char *node_name_text(const struct column_row *row)
{
	return row->item ? copy(policy_use_name(
				   row->item->decision->use.node_name))
			 : NULL;
}

const struct column columns[] = {
	{ "DEVICE", "the kernel's name of it; it renumbers", true, false,
	  device_text },
	{ "PROVIDER", "pmem, hmem (soft-reserved), cxl or other", true, false,
	  provider_text },
	{ "SIZE", "its size", true, true, size_column_text },
	{ "NODE", "the NUMA node it becomes", true, true, node_text,
	  "target_node" },
	{ "MODE",
	  "what it is: devdax, system-ram, standby (added, offline), "
	  "unplugged, "
	  "unbound, fsdev, foreign or stranded",
	  true, false, mode_text },
	{ "ZONE", "where it is online: movable, kernel or mixed", true, false,
	  zone_text },
	{ "ONLINE", "how much of it is online", true, true, online_text },
	{ "WANTED", "what the policies decide, with the zone", true, false,
	  wanted_text },
	{ "STATE",
	  "as-decided, to-switch, kept, refused, policy-error, stranded or "
	  "unknown",
	  true, false, state_text, .color = state_color },
	{ "USERS",
	  "open files of /dev/daxX.Y, or processes that have it where the "
	  "driver does not count",
	  false, true, users_text },
	{ "MAPPED", "how much of it is mapped, where the driver counts", false,
	  true, mapped_text },
	{ "OVERRIDE", "whose word (daxbroker set) decides instead of it", false,
	  false, override_column_text, .sentence = true },
	{ "POOL", "the pool that its memory is of", false, false, pool_text },
	{ "LEASE", "the lease that has it", false, false, lease_text },
	{ "LEASE-STATE",
	  "of a pool's memory: idle, reserve, or what its lease is: waiting, "
	  "active, draining or releasing",
	  false, false, lease_state_text, "lease_state" },
	{ "LEASED-BY", "whose that lease is", false, false, leased_by_text,
	  "leased_by", .sentence = true },
	{ "POLICY", "the file that decided", false, false, policy_text,
	  .sentence = true },
	{ "REASON", "why it is in this state", false, false, reason_text,
	  .sentence = true },
	{ "REGION", "the number of its region", false, true, region_text },
	{ "ALIGN", "the page size of its mappings", false, true, align_text },
	{ "CONTENT",
	  "what it holds: blank (samples are zero), ext4, swap, famfs, other, "
	  "unknown, ...",
	  false, false, content_text },
	{ "USED-BY",
	  "with --all: mounts, swap and block devices that have it, or its "
	  "CXL region",
	  false, false, used_by_text, "used_by", .sentence = true,
	  .with_all = true },
	{ "DRIVER", "the kernel driver that has it", false, false,
	  driver_text },
	{ "NODE-NAME", "the NodeName= that the policies give its node", false,
	  false, node_name_text, "node_name" },
	{ "UUID", "of the nvdimm namespace or the CXL region", false, false,
	  uuid_text },
	{ "IDENTITY", "what stays the same over reboots", false, false,
	  identity_text, .sentence = true },
	{ "PATH", "its sysfs path", false, false, path_text, .sentence = true },
	{ "HOST", "the machine of a facts file", false, false, host_text },
	{ 0 },
};

const struct column *column_find(const char *name, size_t length)
{
	for (const struct column *c = columns; c->name; c++)
		if (strlen(c->name) == length &&
		    strncasecmp(c->name, name, length) == 0)
			return c;
	return NULL;
}
