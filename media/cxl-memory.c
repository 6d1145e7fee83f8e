// SPDX-License-Identifier: GPL-2.0-or-later
#include "media/cxl-memory.h"

#include <cxl/libcxl.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

DEFINE_CLEANUP(struct cxl_ctx *, cxl_unref)

/* Numbers that it does not know are all ones. */
static uint64_t known(unsigned long long number)
{
	return number == ULLONG_MAX ? 0 : number;
}

static int add_memdev(struct media_list *list, struct cxl_memdev *memdev)
{
	const char *host = cxl_memdev_get_host(memdev);
	struct media *media = media_list_add(list, MEDIA_MEMDEV,
					     cxl_memdev_get_devname(memdev));

	if (!media)
		return -ENOMEM;
	media->ram_size = known(cxl_memdev_get_ram_size(memdev));
	media->pmem_size = known(cxl_memdev_get_pmem_size(memdev));
	media->size = media->ram_size + media->pmem_size;
	media->serial = known(cxl_memdev_get_serial(memdev));
	media->numa_node = cxl_memdev_get_numa_node(memdev);
	media->disabled = !cxl_memdev_is_enabled(memdev);
	media->host = host ? strdup(host) : NULL;
	return host && !media->host ? -ENOMEM : 0;
}

static int add_decoder(struct media_list *list, struct cxl_decoder *decoder)
{
	struct media *media = media_list_add(list, MEDIA_DECODER,
					     cxl_decoder_get_devname(decoder));

	if (!media)
		return -ENOMEM;
	media->resource = known(cxl_decoder_get_resource(decoder));
	media->size = known(cxl_decoder_get_size(decoder));
	media->free = known(cxl_decoder_get_max_available_extent(decoder));
	media->volatile_capable = cxl_decoder_is_volatile_capable(decoder);
	media->pmem_capable = cxl_decoder_is_pmem_capable(decoder);
	return 0;
}

static int add_bus(struct media_list *list, struct cxl_bus *bus)
{
	struct cxl_decoder *decoder;
	int r = 0;

	cxl_decoder_foreach(cxl_bus_get_port(bus), decoder)
	{
		r = add_decoder(list, decoder);
		if (r < 0)
			break;
	}
	return r;
}

/* It leaves out what it cannot read, and only its log says so. */
static void take_log(struct cxl_ctx *ctx, int priority,
		     _unused_ const char *file, _unused_ int line,
		     _unused_ const char *function, _unused_ const char *format,
		     _unused_ va_list args)
{
	bool *failed = cxl_get_userdata(ctx);

	if (failed && priority <= LOG_ERR)
		*failed = true;
}

int cxl_memory_read(struct media_list *list)
{
	_cleanup_(cleanup_cxl_unref) struct cxl_ctx *ctx = NULL;
	struct cxl_memdev *memdev;
	struct cxl_bus *bus;
	bool failed = false;
	int r = cxl_new(&ctx);

	if (r < 0)
		return r;
	cxl_set_userdata(ctx, &failed);
	cxl_set_log_fn(ctx, take_log);
	cxl_set_log_priority(ctx, LOG_ERR);
	cxl_memdev_foreach(ctx, memdev)
	{
		r = add_memdev(list, memdev);
		if (r < 0)
			return r;
	}
	cxl_bus_foreach(ctx, bus)
	{
		r = add_bus(list, bus);
		if (r < 0)
			return r;
	}
	return failed ? -EIO : 0;
}
