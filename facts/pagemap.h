/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_PAGEMAP_H
#define FACTS_PAGEMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "basic/range.h"

/*
 * /proc/PID/pagemap: which pages are at a process's addresses
 * (Documentation/admin-guide/mm/pagemap.rst). A word of 8 bytes for each page,
 * also where nothing is: anybody can reserve 86 TiB of addresses. Since Linux
 * 6.7 the kernel says where pages are (PAGEMAP_SCAN).
 */

/* The page at @address has this frame. False: enough. */
typedef bool (*pagemap_page_fn)(uint64_t address, uint64_t pfn, void *userdata);

/* Calls @page for every page that is present in @range, and takes the words
 * that were read for that off *words. False: *words were not enough. */
bool pagemap_walk(int fd, const struct phys_range *range, uint64_t page_size,
		  uint64_t *words, pagemap_page_fn page, void *userdata);

#endif
