/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_CONTENT_PROBE_H
#define FACTS_CONTENT_PROBE_H

#include "basic/content-kind.h"
#include "facts/model/model.h"

/*
 * What a devdax device holds, by its first and last 256 KiB and, whether it is
 * blank, by pages between them. Memory that has failed is an error; and however
 * long it takes, it takes here. See facts/content-load.h for elsewhere.
 */

/* Its first and last bytes in a file in memory that is as large, and otherwise
 * empty: libblkid reads no character devices. A descriptor or a negative errno.
 */
int content_probe_copy(int fd, const struct facts_device *device);

/* By the memory itself, and this copy. Returns 0 and *ret, never
 * CONTENT_UNKNOWN, or a negative errno. */
int content_probe_kind(int fd, const struct facts_device *device, int copy,
		       enum content_kind *ret);

/* Both of what device_memory_open() has opened. */
int content_probe_memory(int fd, const struct facts_device *device,
			 enum content_kind *ret);

/* All of it, with facts_content_open(). */
int content_probe(int root_fd, const struct facts_snapshot *snapshot,
		  const struct facts_device *device, enum content_kind *ret);

#endif
