/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/cleanup.h"
#include "facts/model/model.h"
#include "plan/balance.h"
#include "policy/decision.h"

/*
 * A snapshot says what is, a decision what shall be. A plan has the ordered
 * steps between the two, each with a reason and an undo. Pure: nothing is read,
 * nothing is written, the same input gives the same plan.
 */

struct limit_check;

enum plan_step_kind {
	PLAN_CHECK_UNUSED, /* nobody uses the device; with daxbroker's
			    * device_dax nobody can begin to either (drain) */
	PLAN_EMPTY,	   /* nothing but zeros is in the memory of a devdax
			    * device, or what is one of @kinds */
	PLAN_CLEAR,	   /* all memory of a devdax device is zero */
	PLAN_LOAD_MODULE,  /* the driver's module */
	PLAN_OFFLINE,	   /* memory blocks that are online (see zone) */
	PLAN_UNBIND,	   /* the device from its driver */
	PLAN_BIND,	   /* the device to its driver */
	PLAN_ADOPT,	   /* the device to kmem, and what an unbind left of its
			    * memory is kmem's again, or gone */
	PLAN_ONLINE,	   /* memory blocks that are not online in the zone */
	PLAN_ACCESS,  /* exclusive and dontfork of daxbroker's device_dax */
	PLAN_MEMMAP,  /* where kmem is to have the map of its memory */
	PLAN_DESTROY, /* a device that has no driver is gone */
	PLAN_RESIZE,  /* one has other memory, or another page size */
	PLAN_CREATE,  /* there is a device with this memory */
	PLAN_STEP_KINDS,
};

/* What memory a device is made of. */
struct plan_shape {
	uint64_t align;		   /* bytes */
	struct phys_range *ranges; /* ascending; owned */
	size_t n_ranges;
};

/*
 * A step says what holds when it is done, not which writes that takes: these
 * depend on each block as it is then. So a step copes with another agent that
 * was faster, and can be taken again after a crash.
 */
struct plan_step {
	enum plan_step_kind kind;
	const char *driver; /* DRIVER_*; for the module, bind and unbind */
	/*
	 * PLAN_ONLINE: the zone the blocks shall be in.
	 * PLAN_BIND to kmem: the zone its memory is put online in by that.
	 * PLAN_OFFLINE: POLICY_ZONE_AUTO takes all blocks offline, another
	 * zone those which are online elsewhere than in it.
	 */
	enum policy_zone zone;
	uint64_t timeout; /* PLAN_CHECK_UNUSED: how long to wait for its users
			   * to go, ms; 0: not at all, POLICY_FOREVER */
	bool stays;	/* PLAN_CHECK_UNUSED: with daxbroker's device_dax nobody
			 * can begin to use it either while users are left, nor
			 * when the plan is carried out, unless a later step says
			 * otherwise */
	uint32_t kinds; /* PLAN_EMPTY: what may be lost, as Persistent= */
	bool exclusive, dontfork; /* PLAN_ACCESS */
	bool admits; /* PLAN_ACCESS: what was begun by a step that stays ends */
	bool demanded; /* PLAN_ACCESS: a driver that has no such attributes
			* will not do */
	bool memmap;   /* PLAN_MEMMAP: in the memory itself */
	/* When a region is laid out: the device that the step is about, and its
	 * memory before all steps; NULL: the plan's device, or one that is not
	 * there yet. A device that was destroyed and made again may have
	 * another name, so undo finds it by its memory. The step is about those
	 * memory blocks of the plan that are in @before, if any. */
	char *device;
	struct plan_shape before;
	struct plan_shape after; /* PLAN_RESIZE, PLAN_CREATE */
	uint64_t n_blocks; /* blocks it is expected to change; 0 for others */
	char *reason;	   /* why it is needed, a phrase for a person */
};

enum plan_outcome {
	PLAN_NOTHING, /* the device is as decided: no step */
	PLAN_SWITCH,  /* the steps lead to what was decided */
	PLAN_KEEP,    /* the decision is to leave it alone: no step */
	PLAN_REFUSED, /* the switch must not be made: no step */
};

/* Why a switch is refused; a stable word for --json and the bus. */
enum plan_refusal {
	PLAN_REFUSAL_NONE,
	PLAN_REFUSAL_BUSY,	 /* open or mapped, or that is unknown */
	PLAN_REFUSAL_PERSISTENT, /* pmem content would be destroyed */
	PLAN_REFUSAL_CONTENT,	 /* other memory holds what others may use */
	PLAN_REFUSAL_ONE_WAY,	 /* the memory could never leave again */
	PLAN_REFUSAL_NO_NODE,	 /* target_node is -1 */
	PLAN_REFUSAL_TOO_SMALL,	 /* no whole memory block in its ranges */
	PLAN_REFUSAL_STRANDED,	 /* its memory was left behind by an unbind */
	PLAN_REFUSAL_NO_HOTPLUG, /* the kernel cannot hot-plug memory */
	PLAN_REFUSAL_POISONED,	 /* memory of it has failed */
	PLAN_REFUSAL_FOREIGN,	 /* bound to another driver than device_dax and
				    kmem */
	PLAN_REFUSAL_IN_TREE_DRIVER, /* only daxbroker's can do it */
	PLAN_REFUSAL_LAYOUT,	     /* a layout that does not work out */
	PLAN_REFUSAL_LIMIT,	     /* daxbroker.conf forbids it */
	PLAN_REFUSAL_UNKNOWN,	     /* a fact the switch needs is unreadable */
	PLAN_REFUSALS,
};

/* What is planned for one device. */
struct plan {
	char *device;	/* "dax0.0" */
	char *identity; /* as in struct facts_device */
	char *region;	/* the region's sysfs path */
	enum plan_outcome outcome;
	enum plan_refusal refusal;
	char *reason; /* one sentence: why it is this outcome, and for a
		       * refusal what to do about it */
	enum policy_mode mode; /* what was decided */
	enum policy_zone zone;
	int target_node;
	/* What the steps work on, taken from the snapshot. */
	char *from_driver;	   /* NULL: unbound; undo goes back to it */
	unsigned int major, minor; /* of its character device; 0:0: none */
	uint64_t block_size;
	char *spared;	  /* names with blanks between them: devices without a
			   * driver that no step may touch; NULL: none */
	uint64_t *blocks; /* ids of all memory blocks its ranges have room
			   * for, ascending; they need not exist yet */
	size_t n_blocks;
	struct plan_step *steps;
	size_t n_steps;
	struct plan_balance balance; /* what the switch changes */
	struct limit_check *limits;  /* all that were consulted */
	size_t n_limits;
};

/* What device_plan_make() and relayout_plan() cannot see of a device. */
enum plan_flags {
	/* It is seen for the first time and was there when the daemon started:
	 * Present=keep holds. */
	PLAN_FIRST_SIGHT = 1 << 0,
	/* Who uses the device is asked by the switch itself, which is refused
	 * then; its holders need not be loaded. */
	PLAN_USERS_LATER = 1 << 1,
};

void plan_free(struct plan *plan);
DEFINE_CLEANUP(struct plan *, plan_free)
#define _cleanup_plan_ _cleanup_(cleanup_plan_free)

/* Frees what @step points to. */
void plan_step_done(struct plan_step *step);
void plan_drop_steps(struct plan *plan);

/* "memory32-39", or "memory32-39,48-55" for several runs of the @n ascending
 * ids of memory blocks; to be freed. NULL: out of memory. */
char *plan_block_names(const uint64_t *ids, size_t n);

/* Makes *ret of copies of these, its ranges to be freed. Returns 0 or -ENOMEM.
 */
int plan_shape_copy(uint64_t align, const struct phys_range *ranges, size_t n,
		    struct plan_shape *ret);

/* "nothing", "switch", "keep", "refused" */
const char *plan_outcome_name(enum plan_outcome outcome);

/* What a device is now, whatever its policy: POLICY_MODE_SYSTEM_RAM when kmem
 * has it, POLICY_MODE_DEVDAX when device_dax has it, else POLICY_MODE_KEEP. */
enum policy_mode plan_current_mode(const struct facts_device *device);

/* How many of its memory blocks are online, in whatever zone. */
size_t plan_count_online(const struct facts_snapshot *snapshot,
			 const struct facts_device *device);

/* True when memory of it is hot-plugged although it is not bound to kmem: it
 * was online when somebody unbound it. */
bool plan_is_stranded(const struct facts_device *device);

/* A device with what was decided for it and how it gets there. */
struct plan_item {
	const struct facts_device *device; /* of the snapshot */
	struct policy_decision *decision;
	struct plan *plan;
};

#endif
