/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SUBJECT_H
#define POLICY_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/range.h"

/* A fact that could not be read (say, for want of privilege). That differs
 * from one that the device does not have, whose value is NULL, -1 or 0. */
enum policy_unknown {
	POLICY_UNKNOWN_PROVIDER = 1 << 0,
	POLICY_UNKNOWN_UUID = 1 << 1, /* any of the UUIDs */
	POLICY_UNKNOWN_SIZE = 1 << 2,
	POLICY_UNKNOWN_TARGET_NODE = 1 << 3,
	POLICY_UNKNOWN_RANGES = 1 << 4,
	POLICY_UNKNOWN_SERIAL = 1 << 5,
	POLICY_UNKNOWN_ALIGN = 1 << 6,
	POLICY_UNKNOWN_PERFORMANCE = 1 << 7,
	POLICY_UNKNOWN_HOSTNAME = 1 << 8,
	POLICY_UNKNOWN_MACHINE_ID = 1 << 9,
	POLICY_UNKNOWN_VIRTUALIZATION = 1 << 10,
	POLICY_UNKNOWN_KERNEL = 1 << 11,
	POLICY_UNKNOWN_COMMAND_LINE = 1 << 12,
	POLICY_UNKNOWN_ARCHITECTURE = 1 << 13,
	POLICY_UNKNOWN_MEMORY = 1 << 14,
	POLICY_UNKNOWN_NODES = 1 << 15,
	POLICY_UNKNOWN_CONTENT = 1 << 16,
};

/* The machine, in the words of systemd.unit(5)'s conditions. */
struct policy_host {
	const char *name;	    /* gethostname(2) */
	const char *machine_id;	    /* 32 hexadecimal digits */
	const char *virtualization; /* "none", "kvm", "docker", ... */
	bool container;		    /* that is one, and no virtual machine */
	const char *kernel;	    /* uname -r */
	const char *command_line;   /* the kernel's */
	const char *architecture;   /* "x86-64" */
	uint64_t memory;	    /* bytes of RAM that is in no dax device */
	uint64_t nodes;		    /* NUMA nodes that have some of it */
};

/* What the firmware says of the memory's speed; 0: nothing. */
struct policy_performance {
	uint64_t read_bandwidth;  /* bytes per second */
	uint64_t write_bandwidth; /* bytes per second */
	uint64_t read_latency;	  /* ns */
	uint64_t write_latency;	  /* ns */
};

/* The region that the device is a slice of, for laying it out anew. */
struct policy_extent {
	bool dynamic;	    /* devices can be made and destroyed in it */
	const char *device; /* the first one of it, which stands for it */
	const char *path;   /* that one's */
	uint64_t size;	    /* bytes; 0: unknown */
	uint64_t align;	    /* bytes, the least unit of a slice; 0: unknown */
	bool start_known;
	uint64_t start;	     /* its first physical address */
	uint64_t block_size; /* of the kernel's memory blocks; 0: no hotplug */
};

/*
 * What [Match] sections are matched against: the plain facts of one device and
 * of its machine. Everything is borrowed for the time of a call.
 */
struct policy_subject {
	unsigned int unknown;	 /* enum policy_unknown, ORed */
	unsigned int fleeting;	 /* the same: known only while memory of the
				  * device's node is online */
	const char *device;	 /* "dax0.0" */
	const char *identity;	 /* that overrides name it by; NULL: none */
	const char *provider;	 /* "pmem", "hmem", "cxl"; NULL: another one */
	const char *path;	 /* sysfs path without the mount point:
				  * "/devices/platform/hmem.0/dax0.0" */
	const char *uuid;	 /* nvdimm namespace or CXL region UUID, lower
				  * case; NULL: it has none */
	const char *device_uuid; /* the device's own, as slices of a CXL
				  * region with dynamic capacity have it */
	const char *const *memdevs; /* "mem0:0xSERIAL" of each CXL device
				     * that the memory is on */
	size_t n_memdevs;
	uint64_t size;		 /* bytes */
	uint64_t align;		 /* bytes; 0: unknown */
	int target_node;	 /* -1: it has none */
	const char *content;	 /* "blank", "ext4", ... */
	const char *content_why; /* why that is unknown, a phrase; or NULL */
	const struct phys_range *ranges;
	size_t n_ranges;
	struct policy_performance performance;
	struct policy_host host;
	struct policy_extent extent;
};

#endif
