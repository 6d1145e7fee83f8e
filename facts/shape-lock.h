/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_SHAPE_LOCK_H
#define FACTS_SHAPE_LOCK_H

#include <stdbool.h>

/*
 * While the kernel takes memory from a dax device it holds the lock of all
 * regions, and removes the files of the mapping; who reads one of these
 * meanwhile keeps it there, and waits for that lock: both wait for ever
 * (drivers/dax/bus.c, size_store() and start_show(), up to Linux 7.3). So those
 * who read devices and those who change which memory they have keep apart.
 *
 * Returns a descriptor that holds the lock until it is closed: a writer has it
 * alone, readers share it. Negative: there is none, as nobody has changed a
 * device yet, or may not be waited for any longer: then go on without.
 */
int shape_lock_take(int root_fd, bool writer);

#endif
