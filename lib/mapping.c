// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <sys/mman.h>

#include "basic/array.h"
#include "lib/fault.h"
#include "lib/lease.h"

#define ALL_FLAGS (DAXBROKER_MAP_READ_ONLY | DAXBROKER_MAP_INHERIT)

/* Addresses that are nobody's, @length of them from a multiple of @align on. */
static int reserve(uint64_t length, uint64_t align, char **ret)
{
	const size_t size = length + align;
	char *start, *address;

	if (size < length || size != length + align)
		return -EOVERFLOW;
	start = mmap(NULL, size, PROT_NONE,
		     /* cppcheck-suppress invalidFunctionArg ; no file */
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (start == MAP_FAILED)
		return -errno;
	address = start + (-(uintptr_t)start & (align - 1));
	if (address > start)
		munmap(start, (size_t)(address - start));
	munmap(address + length, (size_t)(start + size - address) - length);
	*ret = address;
	return 0;
}

/* In place of the addresses at @address. Without MADV_DONTFORK, a child would
 * be a user of the device, and its lease would not end with this process. */
static int map_at(const struct daxbroker_lease *lease, char *address,
		  uint64_t offset, uint64_t length, unsigned int flags)
{
	const int protection =
		PROT_READ | (flags & DAXBROKER_MAP_READ_ONLY ? 0 : PROT_WRITE);

	const void *mapped =
		mmap(address, length, protection, MAP_SHARED | MAP_FIXED,
		     lease->device_fd, (off_t)offset);

	if (mapped == MAP_FAILED)
		return -errno;
	if (!(flags & DAXBROKER_MAP_INHERIT) &&
	    madvise(address, length, MADV_DONTFORK) < 0)
		return -errno;
	return 0;
}

static bool is_inside(const struct daxbroker_lease *lease, uint64_t offset,
		      uint64_t length)
{
	return ((offset | length) & (lease->align - 1)) == 0 &&
	       offset < lease->size && length <= lease->size - offset;
}

_public_ int daxbroker_lease_map(struct daxbroker_lease *lease, uint64_t offset,
				 uint64_t length, unsigned int flags,
				 void **ret)
{
	char *address = NULL;
	int r;

	if (length == 0 && offset < lease->size)
		length = lease->size - offset;
	if ((flags & ~ALL_FLAGS) || length == 0 ||
	    !is_inside(lease, offset, length))
		return -EINVAL;
	if (ARRAY_GROW(lease->mappings, lease->n_mappings) < 0)
		return -ENOMEM;
	r = reserve(length, lease->align, &address);
	if (r < 0)
		return r;
	r = map_at(lease, address, offset, length, flags);
	if (r < 0) {
		munmap(address, length);
		return r;
	}
	lease->mappings[lease->n_mappings++] =
		(struct lease_mapping){ address, length };
	*ret = address;
	return 0;
}

_public_ int daxbroker_lease_unmap(struct daxbroker_lease *lease, void *address)
{
	for (size_t i = 0; i < lease->n_mappings; i++) {
		struct lease_mapping *mapping = &lease->mappings[i];

		if (mapping->address != address)
			continue;
		if (munmap(address, mapping->length) < 0)
			return -errno;
		*mapping = lease->mappings[--lease->n_mappings];
		return 0;
	}
	return -EINVAL;
}
