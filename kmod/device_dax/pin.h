/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * References on the pages of a device: pins of O_DIRECT in flight, of
 * registered buffers and RDMA, pages in pipes. Mappings do not count.
 */
#ifndef DEVDAX_PIN_H
#define DEVDAX_PIN_H

#include <linux/types.h>

struct devdax_memmap;

/**
 * devdax_pins() - references that are held on pages
 * @memmap: the pages; all are read, in time proportional to their number
 *
 * Return: how many; a page that is referenced twice counts twice.
 */
u64 devdax_pins(const struct devdax_memmap *memmap);

/* devdax_pins_forget() - the pages must not lead to the module any more */
void devdax_pins_forget(struct devdax_memmap *memmap);

#endif /* DEVDAX_PIN_H */
