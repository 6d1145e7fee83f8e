// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/kernel.h"

#include <inttypes.h>
#include <string.h>

#include "basic/names.h"
#include "basic/parse.h"

#define MEMORY_DIR "sys/devices/system/memory"
#define PARAMETERS_DIR "sys/module/memory_hotplug/parameters"
#define KMEM_DIR "sys/module/" DRIVER_KMEM "/parameters"
#define DRIVERS_DIR "sys/bus/dax/drivers"

/* block_size_bytes is hexadecimal without 0x
 * (Documentation/admin-guide/mm/memory-hotplug.rst). */
static void read_block_size(struct facts_reader *reader, uint64_t *ret)
{
	_cleanup_free_ char *line = NULL;
	char number[2 + 16 + 1];
	uint64_t size;

	if (reader_line(reader, MEMORY_DIR, "block_size_bytes", &line) < 0)
		return;
	if (strlen(line) > 16 ||
	    snprintf(number, sizeof(number), "0x%s", line) < 0 ||
	    parse_u64(number, &size) < 0 || size == 0 || (size & (size - 1))) {
		reader_problem(reader, MEMORY_DIR, "block_size_bytes",
			       "no power of two in hexadecimal");
		return;
	}
	*ret = size;
}

void kernel_read(struct facts_reader *reader)
{
	struct facts_kernel *kernel = &reader->snapshot->kernel;

	reader_line(reader, NULL, "proc/sys/kernel/osrelease",
		    &kernel->release);
	read_block_size(reader, &kernel->block_size);
	reader_line(reader, MEMORY_DIR, "auto_online_blocks",
		    &kernel->auto_online_blocks);
	reader_line(reader, PARAMETERS_DIR, "online_policy",
		    &kernel->online_policy);
	reader_line(reader, PARAMETERS_DIR, "memmap_on_memory",
		    &kernel->memmap_on_memory);
	reader_line(reader, KMEM_DIR, "probe_state", &kernel->kmem_probe_state);
	kernel->has_dax_bus = reader_exists(reader, NULL, "sys/bus/dax");
	kernel->has_device_dax =
		reader_exists(reader, DRIVERS_DIR, DRIVER_DEVICE_DAX);
	kernel->has_kmem = reader_exists(reader, DRIVERS_DIR, DRIVER_KMEM);
}

void kernel_release(struct facts_kernel *kernel)
{
	free(kernel->release);
	free(kernel->kmem_probe_state);
	free(kernel->auto_online_blocks);
	free(kernel->online_policy);
	free(kernel->memmap_on_memory);
}
