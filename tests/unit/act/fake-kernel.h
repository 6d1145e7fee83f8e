/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_ACT_FAKE_KERNEL_H
#define TESTS_ACT_FAKE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/unit/facts/tree.h"

/*
 * A tree of files that answers the writes of act/ as the kernel's dax bus, its
 * kmem (in-tree, or daxbroker's) and its memory blocks do: it stands in for
 * act_write() (the linker's --wrap). One device, dax0.0, of FAKE_BLOCKS memory
 * blocks on node 1.
 */
#define FAKE_FIRST_BLOCK 32
#define FAKE_BLOCKS 3

struct fake_kernel {
	struct tree tree;
	unsigned int writes; /* so far */
	/* What happens at the write of this number, from 1 on; 0: nothing. */
	unsigned int strike_at;
	int error;	  /* it fails so, once, having changed nothing; 0: the
			   * process is killed */
	bool after;	  /* killed after, not before it has an effect */
	bool other_agent; /* takes offline what goes online, and the other way
			   * round, into the kernel's zone */
	/* Called before each write; true: that has no effect, and no error. */
	bool (*before)(const char *path);
	/* What reading all of persistent memory comes to, after
	 * fake_become_pmem(): 0: nothing is on it; a negative errno; or an
	 * offset. */
	int data;
	bool killed_reading;
	char autoprobe; /* of the bus, when a module was loaded */
	bool opened;	/* the device, by somebody: it is exclusive */
	bool drains;	/* its driver can keep users away, see
			 * fake_fill_memory() */
	bool unlisted;	/* drivers do not know the device before its name was
			 * written to new_id */
};

extern struct fake_kernel fake;

/* @driver NULL: unbound. @blocks is a letter for each memory block: o(ffline),
 * m(ovable), k(ernel zone); "": not there. */
void fake_open(const char *driver, const char *blocks);
void fake_close(void);

/* dax0.0 is persistent memory, and /dev/dax0.0 a file that holds nothing. */
void fake_become_pmem(void);

/* The kernel can keep its map of dax0.0 in its memory; @on: it does. */
void fake_offer_memmap(bool on);

/* The kernel has daxbroker's kmem. @left: of which ranges what an unbind left
 * behind is, "0+256 256+128" in MiB from the region's start, a word for each
 * former device; NULL: none. */
void fake_offer_kmem(const char *left);

/* "DRIVER BLOCKS" as above, "none" without a driver, and behind it
 * auto_online_blocks where that is not "offline", probe_state where that is
 * not "default", and "memmap" or "no memmap" after fake_offer_memmap(); in one
 * buffer. */
const char *fake_state(void);

/* After fake_open(NULL, ""): the region has other devices, dax0.0 the first of
 * them. "0+64,128+64:none 192+128:kmem:m": of each the ranges in MiB from the
 * region's start, its driver, and its memory blocks;
 * or "empty". */
void fake_layout(const char *layout);

/* Of the pool p a lease has these: Ranges= and Clear= of it. */
void fake_grant(const char *ranges, const char *clear);

/* /dev/dax0.0 is @size bytes that a user has left; with @drains its driver can
 * keep users away. Clearing it counts as a write, of which a process that is
 * killed after it has done one half. */
void fake_fill_memory(size_t size, bool drains);

/* "zero" or "dirty", and " drained" while users are kept away. */
const char *fake_content(void);

/* What fake_layout() would be given now, by place, and where its page size is
 * not 2M that too ("/4M"); in one buffer. */
const char *fake_current_layout(void);

#endif
