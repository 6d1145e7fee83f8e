/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_BROKER_WORLD_H
#define TESTS_BROKER_WORLD_H

#include "../policy/tree.h"
#include "broker/broker.h"
#include "fake.h"

#ifndef WORLD_DEVICES
#define WORLD_DEVICES 20
#endif
#define WORLD_BLOCKS 2 /* of each device */
#define WORLD_BLOCK (UINT64_C(128) << 20)
#define WORLD_BLOCKS_MAX 16 /* of one that was laid out anew */

struct world_device {
	char name[48], identity[64];
	char *path;
	struct phys_range range;
	uint64_t first_block;
	size_t blocks[WORLD_BLOCKS_MAX];
	int node;	    /* that its memory joins */
	const char *driver; /* NULL: none; of kmem its memory is online */
	bool unasked;	    /* nobody has asked who uses it */
	bool gone;	    /* it was destroyed, or not made yet */
	uint64_t poisoned;  /* pages in which memory failed */
	unsigned int minor; /* of its character device */
	const char *drain;  /* of daxbroker's device_dax; NULL: it has the
			     * in-tree one, unless memory failed */
};

/*
 * A machine that is nothing but values, a broker over it, and its policies as
 * files below a temporary root. Surveys of it are made by the real rules, and
 * jobs change it when the test says that they have ended.
 */
struct world {
	struct fake fake;
	struct tree root;
	struct broker *broker;
	struct facts_region regions[WORLD_DEVICES];
	char *region_paths[WORLD_DEVICES];
	size_t n_regions;
	struct world_device devices[WORLD_DEVICES];
	size_t n_devices;
	bool counts_users; /* the driver does, as daxbroker's */
	bool checks_once;  /* that is an older one */
	bool stray;	   /* memory whose device is gone */
	int survey_error;  /* negative errno: no survey can be made */
	unsigned int surveys, busy, settled; /* so many times */
	char progress[256];
};

/* No devices, no policies. */
void world_make(struct world *world);
void world_remove(struct world *world);

/* Writes a policy file, "a.region". */
void world_policy(struct world *world, const char *name, const char *text);

/* Another region, with @n devices that have no driver. */
void world_add_region(struct world *world, size_t n);

struct world_device *world_device(struct world *world, const char *name);

/* A survey of it as it is now, without a broker. */
struct survey *world_survey(struct world *world,
			    const struct policy_set *policies);

/* Begins, or goes on after world_kill(), until the first jobs run. */
void world_start(struct world *world);
/* The daemon is gone, its jobs too. */
void world_kill(struct world *world);

/* A uevent of a device, and the pass that follows if none of its jobs runs. */
void world_event(struct world *world, enum broker_event_kind kind,
		 const char *device);
/* A reload, as far as it goes at once. */
void world_reload(struct world *world);

/* The job of the device is done, or ends like this. */
void world_done(struct world *world, const char *device);
void world_end(struct world *world, const char *device,
	       enum act_outcome outcome, int error);

/* The job of the device is done: each of its steps has changed the machine.
 * Ranges of a device side by side are one. */
void world_carry_out(struct world *world, const char *device);
/* All jobs that run, and those that follow from that. */
void world_finish(struct world *world);

/* The broker's record of the device. */
const struct record *world_record(const struct world *world,
				  const char *device);
void world_expect(const struct world *world, const char *device,
		  enum record_outcome outcome);

/* @part is in its message. */
void world_expect_message(const struct world *world, const char *device,
			  const char *part);

/* The devices whose jobs run, "dax0.0 dax1.0". */
void world_expect_jobs(const struct world *world, const char *wanted);

#endif
