// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/dax-bus.h"

#include <string.h>

#include "basic/names.h"
#include "facts/root.h"

#define DRIVERS_DIR "sys/bus/dax/drivers"
#define BTF "sys/kernel/btf/vmlinux"

/* The member of struct dax_device_driver that the types have replaced. Nothing
 * else of a kernel is called so. */
static const char member[] = "match_always";

/* Whether the stream has @member, ended by a NUL. */
static bool has_member(FILE *stream)
{
	size_t at = 0;
	int c;

	while ((c = getc_unlocked(stream)) != EOF) {
		/* No beginning of it comes again in it. */
		if (c != member[at])
			at = 0;
		if (c == member[at] && at++ == sizeof(member) - 1)
			return true;
	}
	return false;
}

/* The kernel describes its structures there; no attribute shows the same. */
static bool takes_by_name(struct facts_reader *reader)
{
	_cleanup_fclose_ FILE *stream = NULL;
	int r;

	r = root_open_stream(reader->root_fd, BTF, &stream);
	reader_check(reader, r);
	return r == 0 && has_member(stream);
}

static bool any_free(const struct facts_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->n_devices; i++)
		if (!snapshot->devices[i].driver &&
		    snapshot->devices[i].size > 0)
			return true;
	return false;
}

void dax_bus_read(struct facts_reader *reader)
{
	struct facts_kernel *kernel = &reader->snapshot->kernel;

	kernel->device_dax_attach =
		reader_exists(reader, DRIVERS_DIR, DRIVER_DEVICE_DAX "/attach");
	kernel->kmem_attach =
		reader_exists(reader, DRIVERS_DIR, DRIVER_KMEM "/attach");
	if (any_free(reader->snapshot) &&
	    !(kernel->device_dax_attach && kernel->kmem_attach))
		kernel->dax_by_name = takes_by_name(reader);
}
