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
 * @ret_pins: how many; a page that is referenced twice counts twice
 *
 * Return: 0, or -EINTR on a fatal signal.
 */
int devdax_pins(const struct devdax_memmap *memmap, u64 *ret_pins);

/**
 * devdax_pins_any() - is any page referenced?
 * @memmap: the pages, of which nothing new is referenced meanwhile; the caller
 *is the only one to ask this
 *
 * It begins with the page that it found before: so a page that stays referenced
 * costs nothing, and the last answer two scans.
 */
bool devdax_pins_any(struct devdax_memmap *memmap);

/* devdax_pins_forget() - the pages must not lead to the module any more */
void devdax_pins_forget(struct devdax_memmap *memmap);

#endif /* DEVDAX_PIN_H */
