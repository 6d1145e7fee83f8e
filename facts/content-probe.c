// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/content-probe.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "facts/content.h"
#include "facts/device-memory.h"
#include "facts/signature.h"

int content_probe_copy(int fd, const struct facts_device *device)
{
	_cleanup_close_ int copy = memfd_create("content", MFD_CLOEXEC);
	int r;

	if (copy < 0)
		return -errno;
	if (device->size > INT64_MAX)
		return -EFBIG;
	if (ftruncate(copy, (off_t)device->size) < 0)
		return -errno;
	r = device_memory_copy_edges(fd, device, copy);
	return r < 0 ? r : TAKE_FD(copy);
}

int content_probe_kind(int fd, const struct facts_device *device, int copy,
		       enum content_kind *ret)
{
	uint64_t at;
	int r = device_memory_sample(fd, device, &at);

	if (r < 0)
		return r;
	if (r > 0)
		return signature_find(copy, device->size, ret);
	*ret = CONTENT_BLANK;
	return 0;
}

int content_probe_memory(int fd, const struct facts_device *device,
			 enum content_kind *ret)
{
	_cleanup_close_ int copy = content_probe_copy(fd, device);

	return copy < 0 ? copy : content_probe_kind(fd, device, copy, ret);
}

int content_probe(int root_fd, const struct facts_snapshot *snapshot,
		  const struct facts_device *device, enum content_kind *ret)
{
	_cleanup_close_ int lock = -1, fd = -1;

	fd = facts_content_open(root_fd, snapshot, device, &lock);
	return fd < 0 ? fd : content_probe_memory(fd, device, ret);
}
