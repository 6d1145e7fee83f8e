// SPDX-License-Identifier: GPL-2.0-or-later
#include "media/namespaces.h"

#include <daxctl/libdaxctl.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <uuid/uuid.h>

#include <ndctl/libndctl.h>

DEFINE_CLEANUP(struct ndctl_ctx *, ndctl_unref)

/* What a namespace is, as the one of the three that it is. */
struct parts {
	struct ndctl_namespace *ndns;
	struct ndctl_btt *btt;
	struct ndctl_pfn *pfn;
	struct ndctl_dax *dax;
};

static const char *mode_name(enum ndctl_namespace_mode mode)
{
	switch (mode) {
	case NDCTL_NS_MODE_FSDAX:
		return "fsdax";
	case NDCTL_NS_MODE_DEVDAX:
		return "devdax";
	case NDCTL_NS_MODE_SECTOR:
		return "sector";
	case NDCTL_NS_MODE_RAW:
		return "raw";
	default:
		return NULL;
	}
}

static const char *location_name(enum ndctl_pfn_loc location)
{
	switch (location) {
	case NDCTL_PFN_LOC_RAM:
		return "mem";
	case NDCTL_PFN_LOC_PMEM:
		return "dev";
	default:
		return NULL;
	}
}

/* Without a struct page there is no other place than RAM for them. */
static const char *map_name(const struct parts *parts, const char *mode)
{
	if (parts->pfn)
		return location_name(ndctl_pfn_get_location(parts->pfn));
	if (parts->dax)
		return location_name(ndctl_dax_get_location(parts->dax));
	return strcmp(mode, "fsdax") == 0 ? "mem" : NULL;
}

static uint64_t usable_size(const struct parts *parts)
{
	unsigned long long size;

	if (parts->btt)
		size = ndctl_btt_get_size(parts->btt);
	else if (parts->pfn)
		size = ndctl_pfn_get_size(parts->pfn);
	else if (parts->dax)
		size = ndctl_dax_get_size(parts->dax);
	else
		size = ndctl_namespace_get_size(parts->ndns);
	return size == ULLONG_MAX ? 0 : size;
}

static void get_uuid(const struct parts *parts, uuid_t uuid)
{
	uuid_clear(uuid);
	if (parts->btt)
		ndctl_btt_get_uuid(parts->btt, uuid);
	else if (parts->pfn)
		ndctl_pfn_get_uuid(parts->pfn, uuid);
	else if (parts->dax)
		ndctl_dax_get_uuid(parts->dax, uuid);
	else
		ndctl_namespace_get_uuid(parts->ndns, uuid);
}

static uint64_t sector_size(const struct parts *parts)
{
	unsigned int size =
		parts->btt ? ndctl_btt_get_sector_size(parts->btt)
			   : ndctl_namespace_get_sector_size(parts->ndns);

	/* Where all is bytes the smallest block is a sector. */
	if (parts->dax || size == UINT_MAX)
		return 0;
	return size ? size : 512;
}

static uint64_t alignment(const struct parts *parts)
{
	unsigned long align = 0;

	if (parts->pfn)
		align = ndctl_pfn_get_align(parts->pfn);
	else if (parts->dax)
		align = ndctl_dax_get_align(parts->dax);
	return align == ULONG_MAX ? 0 : align;
}

static const char *block_name(const struct parts *parts)
{
	if (parts->btt)
		return ndctl_btt_get_block_device(parts->btt);
	if (parts->pfn)
		return ndctl_pfn_get_block_device(parts->pfn);
	return parts->dax ? NULL
			  : ndctl_namespace_get_block_device(parts->ndns);
}

/* A namespace has one device, unless its driver has failed. */
static const char *char_name(const struct parts *parts)
{
	struct daxctl_region *region =
		parts->dax ? ndctl_dax_get_daxctl_region(parts->dax) : NULL;
	struct daxctl_dev *dev = region ? daxctl_dev_get_first(region) : NULL;

	return dev ? daxctl_dev_get_devname(dev) : NULL;
}

/* Copies @text unless it is nothing; false: out of memory. */
static bool copy(char **to, const char *text)
{
	*to = text && *text ? strdup(text) : NULL;
	return *to || !text || !*text;
}

static int fill(struct media *media, const struct parts *parts,
		const char *mode)
{
	char uuid_text[UUID_STR_LEN];
	uuid_t uuid = { 0 };

	media->size = usable_size(parts);
	media->sector_size = sector_size(parts);
	media->align = alignment(parts);
	media->numa_node = ndctl_namespace_get_numa_node(parts->ndns);
	media->target_node = ndctl_namespace_get_target_node(parts->ndns);
	media->disabled = !ndctl_namespace_is_active(parts->ndns);
	get_uuid(parts, uuid);
	uuid_unparse(uuid, uuid_text);
	if (!copy(&media->mode, mode) ||
	    !copy(&media->map, map_name(parts, mode)) ||
	    !copy(&media->uuid, uuid_is_null(uuid) ? NULL : uuid_text) ||
	    !copy(&media->label, ndctl_namespace_get_alt_name(parts->ndns)) ||
	    (!media->disabled && !copy(&media->blockdev, block_name(parts))) ||
	    (!media->disabled && !copy(&media->chardev, char_name(parts))))
		return -ENOMEM;
	return 0;
}

static int add(struct media_list *list, struct ndctl_namespace *ndns)
{
	const struct parts parts = {
		.ndns = ndns,
		.btt = ndctl_namespace_get_btt(ndns),
		.pfn = ndctl_namespace_get_pfn(ndns),
		.dax = ndctl_namespace_get_dax(ndns),
	};
	const char *mode = mode_name(ndctl_namespace_get_mode(ndns));
	unsigned long long size = ndctl_namespace_get_size(ndns);
	struct media *media;

	/* Those that are waiting to be made have no size. */
	if (!mode || size == 0 || size == ULLONG_MAX)
		return 0;
	media = media_list_add(list, MEDIA_NAMESPACE,
			       ndctl_namespace_get_devname(ndns));
	return media ? fill(media, &parts, mode) : -ENOMEM;
}

static int add_region(struct media_list *list, struct ndctl_region *region)
{
	struct ndctl_namespace *ndns;
	int r = 0;

	ndctl_namespace_foreach(region, ndns)
	{
		r = add(list, ndns);
		if (r < 0)
			break;
	}
	return r;
}

static int add_bus(struct media_list *list, struct ndctl_bus *bus)
{
	struct ndctl_region *region;
	int r = 0;

	ndctl_region_foreach(bus, region)
	{
		r = add_region(list, region);
		if (r < 0)
			break;
	}
	return r;
}

/* It leaves out what it cannot read, and only its log says so. */
static void take_log(struct ndctl_ctx *ctx, int priority,
		     _unused_ const char *file, _unused_ int line,
		     _unused_ const char *function, _unused_ const char *format,
		     _unused_ va_list args)
{
	bool *failed = ndctl_get_userdata(ctx);

	if (failed && priority <= LOG_ERR)
		*failed = true;
}

int namespaces_read(struct media_list *list)
{
	_cleanup_(cleanup_ndctl_unref) struct ndctl_ctx *ctx = NULL;
	struct ndctl_bus *bus;
	bool failed = false;
	int r = ndctl_new(&ctx);

	if (r < 0)
		return r;
	ndctl_set_userdata(ctx, &failed);
	ndctl_set_log_fn(ctx, take_log);
	ndctl_set_log_priority(ctx, LOG_ERR);
	/* A dax device that it cannot read is among the devices anyway. */
	daxctl_set_log_priority(ndctl_get_daxctl_ctx(ctx), LOG_EMERG);
	ndctl_bus_foreach(ctx, bus)
	{
		r = add_bus(list, bus);
		if (r < 0)
			return r;
	}
	return failed ? -EIO : 0;
}
