/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_CAUSE_H
#define ACT_CAUSE_H

#include <stdbool.h>

/* Which kind of thing failed. In the comments: which members of struct
 * act_failure are set. */
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
	ACT_CAUSE_BYSTANDER,	/* another device could not be held */
	ACT_CAUSE_SPARED,	/* another device, never to be touched, would be
				 * taken */

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
	ACT_CAUSE_IN_TREE_DRIVER,
	ACT_CAUSE_HOLD,
	ACT_CAUSE_PUT_BACK,

	/* Users of the device. */
	ACT_CAUSE_IN_USE, /* blocker: one of them; count: all of them */
	ACT_CAUSE_USERS_LEFT,
	ACT_CAUSE_LEASE_IN_USE, /* the same two of what a lease had */
	ACT_CAUSE_LEASE_USERS_LEFT,
	ACT_CAUSE_USERS_UNKNOWN,
	ACT_CAUSE_DRAIN,
	ACT_CAUSE_DRAIN_END,
	ACT_CAUSE_PREEMPTED,
	ACT_CAUSE_NOT_EMPTY, /* value: the offset of a byte */
	ACT_CAUSE_CONTENT,
	ACT_CAUSE_CLEAR,
	ACT_CAUSE_POISON, /* value: the offset of a byte */

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
	ACT_CAUSE_CUT_OFF, /* again and again */
	ACT_CAUSES,
};

/*
 * A cause's sentence: {MEMBER} stands for the member, {memory} for the block or
 * all memory of the device. {error} and {words} bring their punctuation along,
 * or are nothing.
 */
struct act_cause_text {
	const char *name; /* a stable word: "bind", "in-use", ... */
	const char *text;
	const char
		*advice;  /* what to do about it, or what follows; NULL: none */
	int advice_error; /* only with this errno; 0: always */
	bool whole;	  /* it is not about a step, and says all there is */
};

/* @cause is below ACT_CAUSES. */
const struct act_cause_text *act_cause_text(enum act_cause cause);

#endif
