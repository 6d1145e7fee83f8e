/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_FAILURE_H
#define ACT_FAILURE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "basic/range.h"
#include "policy/values.h"

/*
 * What went wrong, as data: a plain value, to be copied and sent as it is. What
 * does not apply is 0, false or "". It becomes a sentence only where somebody
 * is to read it.
 */

/* Which kind of thing failed. In the comments: which other members are set. */
enum act_cause {
	ACT_CAUSE_NONE,
	ACT_CAUSE_OTHER, /* error says all that is known */

	/* Modules and drivers; name: the module or driver. */
	ACT_CAUSE_NO_MODULE,
	ACT_CAUSE_MODULE_FORBIDDEN,
	ACT_CAUSE_MODULE_LOAD,
	ACT_CAUSE_NO_DRIVER,
	ACT_CAUSE_BIND,
	ACT_CAUSE_UNBIND,
	ACT_CAUSE_UNLIST, /* the driver goes on taking devices called so */
	ACT_CAUSE_OTHER_DRIVER, /* another agent gave the device a driver */

	/* Memory blocks; block and range where one is known. */
	ACT_CAUSE_OFFLINE,
	ACT_CAUSE_ONLINE,
	ACT_CAUSE_ZONE,	       /* another agent keeps changing it; zone */
	ACT_CAUSE_WENT_ONLINE, /* another agent did so before the unbind */
	ACT_CAUSE_LEFT_BEHIND, /* by another device, and does not go offline */
	ACT_CAUSE_LEFT_BEYOND, /* the same, outside of the device's ranges */
	ACT_CAUSE_STILL_THERE, /* after the unbind */

	/* Attributes and settings; name, and value: what was to be written. */
	ACT_CAUSE_READ,
	ACT_CAUSE_WRITE,
	ACT_CAUSE_NO_MEMMAP_ON_MEMORY,
	ACT_CAUSE_NOT_EXCLUSIVE,
	ACT_CAUSE_HOLD,
	ACT_CAUSE_PUT_BACK,

	/* Users of the device. */
	ACT_CAUSE_IN_USE, /* blocker: one of them; count: all of them */
	ACT_CAUSE_USERS_LEFT,
	ACT_CAUSE_USERS_UNKNOWN,
	ACT_CAUSE_DRAIN,
	ACT_CAUSE_DRAIN_END,
	ACT_CAUSE_PREEMPTED,

	/* The layout of a region. */
	ACT_CAUSE_READ_REGION,
	ACT_CAUSE_READ_DEVICE,
	ACT_CAUSE_CREATE,
	ACT_CAUSE_CREATED_GONE,
	ACT_CAUSE_DESTROY,
	ACT_CAUSE_MEMORY,  /* range: what the device cannot have */
	ACT_CAUSE_SHAPE,   /* the kernel gave it other memory */
	ACT_CAUSE_CHANGED, /* another agent did, before the step */

	/* The job as a whole. */
	ACT_CAUSE_GONE,
	ACT_CAUSE_OTHER_JOB,
	ACT_CAUSE_JOURNAL,
	ACT_CAUSE_NOT_BEGUN, /* without its lock and its line in the journal */
	ACT_CAUSE_CANCELLED, /* value: why, or "" */
	ACT_CAUSE_TOO_LONG,
	ACT_CAUSE_STOPPED,	 /* the daemon was */
	ACT_CAUSE_NO_WORKER,	 /* no process could be started */
	ACT_CAUSE_WORKER_EXITED, /* value: the status */
	ACT_CAUSE_WORKER_KILLED, /* value: the signal, "KILL" */
	ACT_CAUSE_WORKER_GARBLED,
	ACT_CAUSES,
};

#define ACT_NAME_MAX 64
#define ACT_WORDS_MAX 256

/* What is in the way. */
struct act_blocker {
	/* What it does with the memory, or what the pages are: the kinds of
	 * facts/page-kind.h and plan/diagnosis.h; "user" of a device. "":
	 * nothing was found. */
	char kind[ACT_NAME_MAX];
	pid_t pid; /* 0: no process, or none that could be found */
	char command[ACT_NAME_MAX];
	char cgroup[ACT_WORDS_MAX]; /* "": unknown, or longer than this */
	uint64_t count; /* pages of it; of users: how many there are */
};

struct act_failure {
	enum act_cause cause;
	int error;		   /* positive errno; 0: none */
	char device[ACT_NAME_MAX]; /* "dax0.0": the one that it is about */
	bool has_block;
	uint64_t block;		 /* id */
	struct phys_range range; /* of the block, or see ACT_CAUSE_MEMORY */
	enum policy_zone zone;
	char name[ACT_NAME_MAX];
	char value[ACT_NAME_MAX];
	char words[ACT_WORDS_MAX]; /* the kernel's own: kmem's last_error */
	struct act_blocker blocker;
};

/* Copies @text (NULL: "") to one of the arrays above, and cuts what is too
 * long. */
#define ACT_FAILURE_SET(array, text) act_failure_set(array, sizeof(array), text)
void act_failure_set(char *array, size_t size, const char *text);

/* A stable word: "bind", "in-use", ... @cause is below ACT_CAUSES. */
const char *act_failure_cause_name(enum act_cause cause);

/* True when the cause is not about a step: then the sentence about it says all
 * there is to say. */
bool act_failure_is_whole(const struct act_failure *failure);

/* "memory33 of dax0.0 (0x...-0x...) would not go offline: Device or resource
 * busy; ...": a sentence without its full stop, to be freed. NULL: no memory,
 * or no cause. */
char *act_failure_describe(const struct act_failure *failure);

/* "process 812 (qemu, in /machine.slice) has pinned 16 pages of it"; the same.
 * NULL: no memory, or there is none. */
char *act_failure_describe_blocker(const struct act_blocker *blocker);

#endif
