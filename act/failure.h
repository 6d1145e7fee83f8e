/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_FAILURE_H
#define ACT_FAILURE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "act/cause.h"
#include "basic/range.h"
#include "policy/values.h"

/*
 * What went wrong, as data: a plain value, to be copied and sent as it is. What
 * does not apply is 0, false or "". It becomes a sentence only where somebody
 * is to read it.
 */

#define ACT_NAME_MAX 64
#define ACT_WORDS_MAX 256

#define ACT_PID_HIDDEN (-1)

/* What is in the way. */
struct act_blocker {
	/* What it does with the memory, or what the pages are, as the diagnosis
	 * calls it; of a device's user "mapped" or "open". "": nothing was
	 * found. */
	char kind[ACT_NAME_MAX];
	pid_t pid; /* 0: no process, or none that could be found;
		    * ACT_PID_HIDDEN: one that is not to be shown */
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

/* Takes out what names the blocker's process, that there is one stays. */
void act_failure_hide_process(struct act_failure *failure);
void act_failure_hide_blocker(struct act_blocker *blocker);

/*
 * A fact under the one name that it has everywhere: in the log's fields, JSON
 * and D-Bus ("errno", "block", "blocker_pid", ...), which docs/ explains.
 * @is_number: @value has digits only.
 */
typedef void (*act_fact_fn)(const char *name, const char *value, bool is_number,
			    void *userdata);

/* Calls @fact for each that applies. */
void act_failure_facts(const struct act_failure *failure, act_fact_fn fact,
		       void *userdata);

/* Those of a blocker alone; the same. */
void act_failure_blocker_facts(const struct act_blocker *blocker,
			       act_fact_fn fact, void *userdata);

/* "memory33 of dax0.0 (0x...-0x...) would not go offline: Device or resource
 * busy; ...": a sentence without its full stop, to be freed. NULL: no memory,
 * or no cause. */
char *act_failure_describe(const struct act_failure *failure);

/* "process 812 (qemu, in /machine.slice) has pinned 16 pages of it"; the same.
 * NULL: no memory, or there is none. */
char *act_failure_describe_blocker(const struct act_blocker *blocker);

#endif
