/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_MODEL_H
#define FACTS_MODEL_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "basic/cleanup.h"
#include "basic/content-kind.h"
#include "basic/range.h"
#include "facts/model/content-why.h"

/*
 * What the machine is at one moment, read from sysfs (and, for holders, from
 * procfs) below one root descriptor into plain values. Nothing is decided
 * here and nothing is written. Everything a snapshot points to belongs to it.
 *
 * A fact that could not be read for want of privilege is marked unknown; one
 * that the machine does not have is NULL, -1 or absent. Sysfs is not trusted:
 * a value of the wrong form counts as unknown and is listed in `problems`.
 */

enum facts_provider {
	FACTS_PROVIDER_OTHER,
	FACTS_PROVIDER_PMEM, /* an nvdimm namespace in devdax mode */
	FACTS_PROVIDER_HMEM, /* soft-reserved memory */
	FACTS_PROVIDER_CXL,  /* a CXL region */
};

enum facts_block_state {
	FACTS_BLOCK_OFFLINE,
	FACTS_BLOCK_ONLINE,
	FACTS_BLOCK_GOING_OFFLINE,
	FACTS_BLOCK_UNKNOWN,
};

enum facts_zone {
	FACTS_ZONE_NONE,   /* offline, or the block spans several zones */
	FACTS_ZONE_KERNEL, /* DMA, DMA32 or Normal */
	FACTS_ZONE_MOVABLE,
	FACTS_ZONE_OTHER,
};

/* A memory block: /sys/devices/system/memory/memoryN
 * (Documentation/ABI/testing/sysfs-devices-memory). */
struct facts_block {
	uint64_t id; /* N; the block starts at N * block_size */
	enum facts_block_state state;
	enum facts_zone zone; /* the zone it is online in, from the first word
			       * of valid_zones */
	int node;	      /* -1: unknown */
};

/* A process that has the device open or mapped. */
struct facts_holder {
	pid_t pid;
	char *command; /* its comm, control characters replaced by '?' */
	bool open;
	bool mapped;
};

/* Who uses a device of daxbroker's device_dax: its group users/ and what stands
 * beside it (kmod/Documentation/ABI/testing/sysfs-bus-dax-device-dax). */
struct facts_users {
	bool known;	       /* false: another driver, nothing below is set */
	uint64_t openers;      /* open file descriptions */
	bool rechecks;	       /* permissions, once an opener counts */
	uint64_t mappings;     /* lines of /proc/PID/maps */
	uint64_t mapped_bytes; /* their sum */
	uint64_t pinned_pages; /* references for I/O; 0 before
				* facts_users_load_pins() */
	uint64_t poisoned_pages; /* in which memory failed since the bind */
	char *drain;		 /* off, draining, drained */
	int exclusive;		 /* 0, 1; -1: unknown */
	int dontfork;		 /* 0, 1; -1: unknown */
};

/* A dax device: /sys/bus/dax/devices/daxX.Y. */
struct facts_device {
	char *name;	 /* "dax0.0"; the kernel renumbers, not an identity */
	char *identity;	 /* "pmem:UUID", "cxl:UUID", "hmem:0xSTART-0xEND";
			  * for several slices of one region the ranges are
			  * always part of it. Falls back to the path where
			  * ranges are unknown. */
	char *path;	 /* "/devices/platform/hmem.0/dax0.0" */
	size_t region;	 /* index into the snapshot's regions */
	char *driver;	 /* "device_dax", "kmem", another; NULL: unbound */
	uint64_t size;	 /* bytes */
	uint64_t align;	 /* bytes; 0: unknown */
	int target_node; /* the node it becomes; -1: none */
	int numa_node;	 /* the nearest node that is online; -1: none */
	int memmap_on_memory; /* 0, 1; -1: the kernel has no such attribute */
	char *kmem_state; /* "unplugged", "offline", "online", "online_kernel",
			   * "online_movable"; NULL: not bound to a kmem with
			   * the attribute `state` (daxbroker's, or Linux
			   * 7.3's) */
	unsigned int major, minor; /* of /dev/daxX.Y; 0:0 while it has none */

	char *uuid; /* its own, where the kernel has one for it; lower case */
	bool uuid_unknown;

	bool ranges_known;	   /* they are readable for root alone */
	struct phys_range *ranges; /* ascending */
	size_t n_ranges;
	bool shuffled; /* they have another order in /dev/daxX.Y */

	/* The memory blocks that lie wholly inside the ranges and exist now:
	 * indexes into the snapshot's blocks, ascending. Not empty only while
	 * the memory is hot-plugged; if the driver is not kmem then, the
	 * memory was left behind by an unbind. */
	size_t *blocks;
	size_t n_blocks;
	uint64_t possible_blocks; /* how many the ranges have room for */

	enum content_kind content;	    /* after content_load() */
	enum facts_content_why content_why; /* it is unknown; to be read with
					     * facts_device_content_why() */

	struct facts_users users;
	bool holders_known; /* set by facts_holders_load() */
	struct facts_holder *holders;
	size_t n_holders;
};

/* Initiator class 0's figures (access0/initiators, see
 * Documentation/admin-guide/mm/numaperf.rst); 0: the firmware gives none. */
struct facts_performance {
	uint64_t read_bandwidth;  /* MiB/s */
	uint64_t write_bandwidth; /* MiB/s */
	uint64_t read_latency;	  /* ns */
	uint64_t write_latency;	  /* ns */
};

/* What a provider gave us: the parent of a dax_region directory. */
struct facts_region {
	int id;	    /* the X in daxX.Y */
	char *path; /* "/devices/platform/hmem.0" */
	enum facts_provider provider;
	bool dynamic;		 /* devices can be created, sized, destroyed */
	uint64_t start;		 /* its first physical address; 0: unknown */
	uint64_t size;		 /* bytes */
	uint64_t available_size; /* bytes not given to a device */
	uint64_t align;	 /* bytes; 0: unknown (readable for root alone) */
	int target_node; /* that of its devices; -1: none or no device */
	char *uuid;	 /* pmem: the nvdimm namespace's devdax UUID, as
			  * `ndctl list` prints it; cxl: the region's UUID;
			  * lower case; NULL: none */
	bool uuid_unknown;
	char **memdevs; /* cxl: "mem0:0xSERIAL" of each target */
	size_t n_memdevs;
	struct facts_performance performance; /* cxl: the region's own, which
					       * is there before its node */
};

/* /sys/devices/system/node/nodeN. */
struct facts_node {
	int id;
	uint64_t size; /* bytes: MemTotal of its meminfo */
	uint64_t free; /* bytes: MemFree */
	bool has_cpu;
	uint64_t online_blocks; /* of the snapshot's blocks, those online in
				 * it */
	uint64_t other_blocks;	/* those in it that are no device's */
	bool is_target;		/* of a device */
	int *distances; /* to each online node, in the order of their ids */
	size_t n_distances;
	struct facts_performance performance;
};

/* The kernel's own policy on memory that appears. */
struct facts_kernel {
	char *release;		  /* of proc/sys/kernel/osrelease */
	uint64_t block_size;	  /* bytes; 0: no memory hotplug */
	char *kmem_probe_state;	  /* default, unplugged; NULL: no kmem, or the
				   * in-tree one; with one, a device whose
				   * memory was left behind can be bound again */
	char *auto_online_blocks; /* offline, online, online_kernel,
				   * online_movable; NULL: none */
	char *online_policy;	  /* memory_hotplug.online_policy or NULL */
	char *memmap_on_memory;	  /* memory_hotplug.memmap_on_memory or NULL */
	bool has_dax_bus;	  /* /sys/bus/dax exists */
	bool has_device_dax;	  /* the driver is registered on the bus */
	bool has_kmem;
	/* They have the attribute attach, which gives them any one device:
	 * daxbroker's do. */
	bool device_dax_attach;
	bool kmem_attach;
	/* device_dax takes all devices by itself, and kmem only those whose
	 * names are on its list; else each takes what is of its type. Read only
	 * when a device has no driver. */
	bool dax_by_name;
	/* The driver is that of the kernel's own tree, though another module of
	 * its name is installed. */
	bool device_dax_passed_over;
	bool kmem_passed_over;
	bool signed_modules; /* the kernel takes no others */
};

/* The machine; NULL: unknown. The words are those of systemd.unit(5)'s
 * conditions of these names. */
struct facts_host {
	char *name;
	char *machine_id;     /* confidential, see machine-id(5) */
	char *virtualization; /* "none" on hardware */
	bool container;	      /* and that is no virtual machine */
	char *command_line;   /* the kernel's */
	char *architecture;   /* "x86-64" */
};

/* All of the system's memory, of proc/zoneinfo, in bytes. */
struct facts_memory {
	bool known;
	uint64_t movable;     /* managed by zones Movable */
	uint64_t kernel;      /* managed by all other zones */
	uint64_t kernel_free; /* free in these */
	/* Of all memory blocks, online or not, that are in no dax device: it
	 * stays the same when one is switched. 0: unknown. */
	uint64_t installed;
};

/* Memory that kmem has added and that is online, and the device is gone. */
struct facts_stray {
	struct phys_range range;
	int node;	   /* -1: unknown */
	uint64_t n_online; /* memory blocks */
};

struct facts_snapshot {
	struct facts_host host;
	struct facts_memory memory;
	struct facts_kernel kernel;
	struct facts_region *regions; /* by id */
	size_t n_regions;
	struct facts_device *devices; /* by region, then device number */
	size_t n_devices;
	struct facts_block *blocks; /* by id; only those inside a device's
				     * ranges, and all of them of nodes that
				     * are some device's target_node */
	size_t n_blocks;
	struct facts_node *nodes; /* by id */
	size_t n_nodes;
	struct facts_stray *strays; /* not in facts files */
	size_t n_strays;
	char **problems; /* values that made no sense: "FILE: what" */
	size_t n_problems;
};

/* @snapshot may be NULL. */
void facts_snapshot_free(struct facts_snapshot *snapshot);
DEFINE_CLEANUP(struct facts_snapshot *, facts_snapshot_free)
#define _cleanup_facts_snapshot_ _cleanup_(cleanup_facts_snapshot_free)

/* NULL when there is none. */
const struct facts_device *
facts_find_device(const struct facts_snapshot *snapshot, const char *name);
const struct facts_node *facts_find_node(const struct facts_snapshot *snapshot,
					 int id);

/* That of a device of @snapshot, which facts_snapshot_read() has read. */
static inline const struct facts_region *
facts_device_region(const struct facts_snapshot *snapshot,
		    const struct facts_device *device)
{
	assert(device->region < snapshot->n_regions);
	return &snapshot->regions[device->region];
}

/* "pmem", "hmem", "cxl", "other"; "offline", "online", "going-offline",
 * "unknown"; "none", "kernel", "movable", "other". */
const char *facts_provider_name(enum facts_provider provider);
const char *facts_block_state_name(enum facts_block_state state);
const char *facts_zone_name(enum facts_zone zone);

/* The devices of a region stand side by side: returns how many there are, and
 * in *ret_first the index of the first. @region is an index, too. */
size_t facts_region_devices(const struct facts_snapshot *snapshot,
			    size_t region, size_t *ret_first);

/* True when @device is bound to the driver of this name. */
bool facts_device_is_bound(const struct facts_device *device,
			   const char *driver);

/* Why it is unknown what it holds, where it is. */
enum facts_content_why
facts_device_content_why(const struct facts_device *device);

/* Frees what belongs to the device, not itself. */
void facts_device_release(struct facts_device *device);

/* "daxX.Y" -> X and Y; false: it is no such name. */
bool facts_device_numbers(const char *name, uint64_t *ret_x, uint64_t *ret_y);

/* The length of the parent's path in @device's. */
size_t facts_device_parent_length(const struct facts_device *device);

/* Sets blocks and possible_blocks of all devices from the snapshot's blocks,
 * and what its nodes have of them; the block size is not 0. Returns 0 or
 * -ENOMEM. */
int facts_set_device_blocks(struct facts_snapshot *snapshot);

#endif
