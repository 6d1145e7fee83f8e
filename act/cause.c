// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/cause.h"

#include <assert.h>
#include <errno.h>

#include "basic/names.h"

/* clang-format off */
static const struct act_cause_text causes[ACT_CAUSES] = {
	[ACT_CAUSE_NONE] = { "none", "" },
	[ACT_CAUSE_OTHER] = { "other", "it failed{error}" },

	[ACT_CAUSE_NO_MODULE] = { "no-module",
		"this kernel has no module {name}",
		"install the package with its modules, or build it with "
		"CONFIG_DEV_DAX and CONFIG_DEV_DAX_KMEM" },
	[ACT_CAUSE_MODULE_FORBIDDEN] = { "module-forbidden",
		"module {name} cannot be loaded: modprobe.d or the kernel "
		"forbids it" },
	[ACT_CAUSE_MODULE_LOAD] = { "module-load",
		"module {name} cannot be loaded{error}" },
	[ACT_CAUSE_NO_DRIVER] = { "no-driver",
		"module {name} is loaded, but the dax bus has no such driver" },
	[ACT_CAUSE_BIND] = { "bind",
		"{device} cannot be bound to {name}{error}",
		"the kernel's log has the reason" },
	[ACT_CAUSE_UNBIND] = { "unbind",
		"{device} cannot be unbound from {name}{error}" },
	[ACT_CAUSE_UNLIST] = { "unlist",
		"{device} cannot be taken off the list of {name}{error}" },
	[ACT_CAUSE_OTHER_DRIVER] = { "other-driver",
		"something else gave {device} a driver meanwhile" },

	[ACT_CAUSE_BYSTANDER] = { "bystander",
		"{device}, which has no driver, cannot be held by {name} "
		"meanwhile{error}",
		"the kernel would give it the same driver: give it one, or "
		"install daxbroker's kernel modules" },
	[ACT_CAUSE_SPARED] = { "spared",
		"NeverTouch= excludes {device}, which has no driver, and the "
		"kernel's own {name} would take it, too" },

	[ACT_CAUSE_OFFLINE] = { "offline",
		"{memory} would not go offline{error}{words}",
		"something in it cannot be moved (kernel memory, huge pages, a "
		"long-term pin): \"daxbroker diagnose {device}\" says what; "
		"free it, then run daxbroker apply",
		.advice_error = EBUSY },
	[ACT_CAUSE_ONLINE] = { "online",
		"{memory} would not go online{error}{words}" },
	[ACT_CAUSE_ZONE] = { "zone",
		"{memory} does not stay in its zone, {zone}",
		"something else keeps changing it (a udev rule, daxctl, a "
		"guest agent): turn that off" },
	[ACT_CAUSE_WENT_ONLINE] = { "went-online",
		"{memory} went online meanwhile{error}",
		"unbinding now would lose it until reboot" },
	[ACT_CAUSE_LEFT_BEHIND] = { "left-behind",
		"{memory} would not go offline{error}",
		"another device left it behind, and it is in the way: "
		"\"daxbroker diagnose {device}\" says what is in it; free it, "
		"then run daxbroker apply" },
	[ACT_CAUSE_LEFT_BEYOND] = { "left-beyond",
		"memory that an unbind left behind reaches beyond {device} "
		"(/proc/iomem shows it as System RAM (kmem), lsmem what of it "
		"is online)",
		"take the rest of it offline (chmem -d -b FIRST-LAST), then "
		"run daxbroker apply" },
	[ACT_CAUSE_STILL_THERE] = { "still-there",
		"{memory} is still there after the unbind",
		"only a reboot gives it back" },

	[ACT_CAUSE_READ] = { "read",
		"{name} of {device} cannot be read{error}" },
	[ACT_CAUSE_WRITE] = { "write",
		"{name} of {device} cannot be set to {value}{error}" },
	[ACT_CAUSE_NO_MEMMAP_ON_MEMORY] = { "no-memmap-on-memory",
		"the kernel takes no memmap_on_memory=1 for {device}",
		"boot it with memory_hotplug.memmap_on_memory=1" },
	[ACT_CAUSE_NOT_EXCLUSIVE] = { "not-exclusive",
		"more than one process has /dev/{device} open, so it cannot "
		"become exclusive" },
	[ACT_CAUSE_IN_TREE_DRIVER] = { "in-tree-driver",
		"the kernel's own device_dax has {device}, and that has no "
		"attribute {name}",
		"install daxbroker-dkms and reboot, or say Exclusive=try and "
		"ForkInheritance=try-no" },
	[ACT_CAUSE_HOLD] = { "hold",
		"{name} cannot be held at {value}{error}" },
	[ACT_CAUSE_PUT_BACK] = { "put-back",
		"{name} cannot be put back{error}" },

	[ACT_CAUSE_IN_USE] = { "in-use",
		"/dev/{device} is in use by {blocker}",
		"end that, then run daxbroker apply",
		.whole = true },
	[ACT_CAUSE_USERS_LEFT] = { "users-left",
		"the last user of /dev/{device} left when the wait was over",
		"run daxbroker apply",
		.whole = true },
	[ACT_CAUSE_LEASE_IN_USE] = { "lease-in-use",
		"/dev/{device} of a lease is in use by {blocker}",
		"end that or wait: nothing else is to be done, and it goes on "
		"by itself",
		.whole = true },
	[ACT_CAUSE_LEASE_USERS_LEFT] = { "lease-users-left",
		"the last user of /dev/{device} left when the wait was over",
		"it goes on by itself",
		.whole = true },
	[ACT_CAUSE_USERS_UNKNOWN] = { "users-unknown",
		"who uses /dev/{device} cannot be read{error}",
		.whole = true },
	[ACT_CAUSE_DRAIN] = { "drain",
		"/dev/{device} cannot be drained{error}" },
	[ACT_CAUSE_DRAIN_END] = { "drain-end",
		"/dev/{device} does not take users again{error}",
		"write 0 to its attribute drain" },
	[ACT_CAUSE_PREEMPTED] = { "preempted",
		"it made way for a pass of the broker",
		.whole = true },

	[ACT_CAUSE_NOT_EMPTY] = { "not-empty",
		"{device} holds something at offset {value}",
		"Persistent=overwrite in its policy gives that up" },
	[ACT_CAUSE_CONTENT] = { "content",
		"the memory of {device} cannot be read{error}",
		"memory of it may have failed: see the kernel's log" },

	[ACT_CAUSE_CLEAR] = { "clear",
		"the memory of {device} cannot be made zero{error}" },
	[ACT_CAUSE_POISON] = { "poison",
		"memory of {device} at offset {value} has failed",
		"see the kernel's log; repair it (ndctl clear-errors, the "
		"platform's tools) and bind {device} anew" },

	[ACT_CAUSE_READ_REGION] = { "read-region",
		"the devices of the region cannot be read{error}" },
	[ACT_CAUSE_READ_DEVICE] = { "read-device",
		"{device} cannot be read{error}" },
	[ACT_CAUSE_CREATE] = { "create",
		"the region gives out no device{error}" },
	[ACT_CAUSE_CREATED_GONE] = { "created-gone",
		"the device that was created is gone again" },
	[ACT_CAUSE_DESTROY] = { "destroy",
		"{device} cannot be destroyed{error}" },
	[ACT_CAUSE_MEMORY] = { "memory",
		"{device} cannot have the memory at {range}{error}",
		"something else has taken it, or it is not in the region (see "
		"daxctl list -R)" },
	[ACT_CAUSE_SHAPE] = { "shape",
		"{device} does not have the memory and the page size that it "
		"was given" },
	[ACT_CAUSE_CHANGED] = { "changed",
		"{device} has other memory than when this was planned" },

	[ACT_CAUSE_GONE] = { "gone", "{device} is gone", .whole = true },
	[ACT_CAUSE_OTHER_JOB] = { "other-job",
		"another job was at work in the region",
		.whole = true },
	[ACT_CAUSE_JOURNAL] = { "journal",
		"the journal of jobs cannot be written{error}" },
	[ACT_CAUSE_NOT_BEGUN] = { "not-begun",
		"the job needs its lock and the journal in " RUN_DIR "{error}",
		.whole = true },
	[ACT_CAUSE_CANCELLED] = { "cancelled",
		"somebody asked for that{value}",
		"\"daxbroker diagnose {device}\" shows what keeps memory online" },
	[ACT_CAUSE_TOO_LONG] = { "too-long", "it took too long",
		"\"daxbroker diagnose {device}\" shows what keeps memory online" },
	[ACT_CAUSE_STOPPED] = { "stopped",
		"the daemon was stopped in the middle of it",
		"the next start goes on from what it finds",
		.whole = true },
	[ACT_CAUSE_NO_WORKER] = { "no-worker",
		"no worker process could be started{error}",
		"reload when the machine has room",
		.whole = true },
	[ACT_CAUSE_WORKER_EXITED] = { "worker-exited",
		"its worker process exited with status {value} and no result",
		"reload to try again",
		.whole = true },
	[ACT_CAUSE_WORKER_KILLED] = { "worker-killed",
		"its worker process was killed by SIG{value}",
		"reload to try again",
		.whole = true },
	[ACT_CAUSE_WORKER_GARBLED] = { "worker-garbled",
		"its worker process sent a report that makes no sense",
		"reload to try again",
		.whole = true },
	[ACT_CAUSE_CUT_OFF] = { "cut-off",
		"the jobs of {device} were cut off again and again",
		"it is left alone as it is: see what ends the daemon's workers "
		"(the kernel's log, the OOM killer), then reload",
		.whole = true },
};
/* clang-format on */

const struct act_cause_text *act_cause_text(enum act_cause cause)
{
	assert(cause < ACT_CAUSES);
	return &causes[cause];
}
