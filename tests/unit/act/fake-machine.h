/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_ACT_FAKE_MACHINE_H
#define TESTS_ACT_FAKE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "basic/range.h"
#include "fake-kernel.h"

/* What the fake kernel's parts know of each other: its memory blocks and dax
 * devices are the files that act/ reads, and nothing else. */
#define FAKE_MEMORY "sys/devices/system/memory"
#define FAKE_DRIVERS "sys/bus/dax/drivers"
#define FAKE_AUTOPROBE "sys/bus/dax/drivers_autoprobe"
#define FAKE_REGION "sys/devices/platform/hmem.0"
#define FAKE_DEVICES "sys/bus/dax/devices"
#define FAKE_PROBE_STATE "sys/module/kmem/parameters/probe_state"

#define FAKE_START (4ULL << 30)
#define FAKE_BLOCK (128ULL << 20)
#define FAKE_SIZE ((unsigned long long)FAKE_BLOCKS * FAKE_BLOCK)
#define FAKE_MIB (1ULL << 20)
#define FAKE_DEVICES_MAX 8

/* fake-block.c: a memory block's letter as fake_open() has it, 0: not there. */
void fake_set_block(unsigned int id, char letter);
char fake_block_letter(unsigned int id);
void fake_remove_block(unsigned int id);
/* What the words of `state` and auto_online_blocks make of a block. */
char fake_online_letter(const char *word);

/* fake-device.c */
/* Of its attribute, in one of a few buffers. */
const char *fake_device_path(const char *name, const char *attribute);
/* device_dax has taken it, or left it: with @drains it has `drain`, or not. */
void fake_offer_drain(const char *device);
void fake_device_name(unsigned int id, char ret[32]);
/* @driver NULL: to any. */
bool fake_is_bound(const char *device, const char *driver);
void fake_set_driver(const char *device, const char *driver);
/* Of its mapping of this number; false: it has none. */
bool fake_read_range(const char *device, unsigned int number,
		     struct phys_range *ret);
/* Calls @each with every memory block that lies in the device's memory. */
void fake_each_block(const char *device, void (*each)(unsigned int, void *),
		     void *data);
uint64_t fake_align(const char *device);
void fake_set_number(const char *device, const char *name,
		     unsigned long long value);
void fake_put_mapping(const char *device, struct phys_range range);
void fake_make_device(const char *name);
/* What the kernel does for a write, 0 or a negative errno. */
int fake_create_device(void);
int fake_delete_device(const char *name);
int fake_write_device(const char *device, const char *name, const char *text);

/* fake-kmem.c: daxbroker's kmem, after fake_offer_kmem(). */
bool fake_kmem_is_daxbroker(void);
int fake_kmem_probe(const char *device);
void fake_kmem_remove(const char *device);
int fake_kmem_write_state(const char *device, const char *word);
/* That a write failed, in last_error where it was one of `state`. */
void fake_kmem_report(const char *path, const char *text, int error);
/* `state` follows what was done to the blocks. */
void fake_kmem_refresh(void);

#endif
