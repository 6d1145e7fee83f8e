/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_DEVICE_MEMORY_H
#define FACTS_DEVICE_MEMORY_H

#include "facts/model/model.h"

/*
 * What is in the memory of a devdax device. Nothing is written, and memory that
 * has failed is an error, no signal.
 */

/* Opens /dev/daxX.Y for reading, if that is @device. A tree that is not the
 * running system may have a plain file there. Returns a descriptor or a
 * negative errno; -ENXIO: it is something else. */
int device_memory_open(int root_fd, const struct facts_device *device);

/* The same with O_RDONLY or O_RDWR, also where memory that has failed would be
 * a signal. */
int device_memory_open_as(int root_fd, const struct facts_device *device,
			  int access);

/* Whether a byte of it is not zero. 1: the first one is at *ret_at; 0: none is;
 * or a negative errno, -EFAULT for memory that has failed or is not there. */
int device_memory_find_data(int fd, const struct facts_device *device,
			    uint64_t *ret_at);

/* The same of its first and last 256 KiB and of pages between them. */
int device_memory_sample(int fd, const struct facts_device *device,
			 uint64_t *ret_at);

/* Writes its first and last 256 KiB to the file @to, at the same offsets.
 * Returns 0 or a negative errno. */
int device_memory_copy_edges(int fd, const struct facts_device *device, int to);

#endif
