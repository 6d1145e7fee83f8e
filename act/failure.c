// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/failure.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/text-stream.h"

/*
 * A cause's sentence: {MEMBER} stands for the member, {memory} for the block or
 * all memory of the device, {error} and {words} bring their punctuation along,
 * or are nothing.
 */
struct cause {
	const char *name;
	const char *text;
	const char *advice; /* what to do about it, or what follows from it */
	int advice_error;   /* it is given only with this error; 0: always */
	bool whole;	    /* not about a step */
};

/* clang-format off */
static const struct cause causes[ACT_CAUSES] = {
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
		"somebody asked for that{value}" },
	[ACT_CAUSE_TOO_LONG] = { "too-long", "it took too long" },
	[ACT_CAUSE_STOPPED] = { "stopped", "the daemon was stopped",
		"the next start goes on from what it finds" },
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
};
/* clang-format on */

void act_failure_set(char *array, size_t size, const char *text)
{
	snprintf(array, size, "%s", text ?: "");
}

const char *act_failure_cause_name(enum act_cause cause)
{
	assert(cause < ACT_CAUSES);
	return causes[cause].name;
}

bool act_failure_is_whole(const struct act_failure *failure)
{
	assert(failure->cause < ACT_CAUSES);
	return causes[failure->cause].whole;
}

static void put_range(FILE *f, const struct act_failure *failure)
{
	fprintf(f, "0x%" PRIx64 "-0x%" PRIx64, failure->range.start,
		failure->range.end);
}

static void put_memory(FILE *f, const struct act_failure *failure)
{
	if (!failure->has_block) {
		fprintf(f, "the memory of %s", failure->device);
		return;
	}
	fprintf(f, "memory%" PRIu64 " of %s (", failure->block,
		failure->device);
	put_range(f, failure);
	fputc(')', f);
}

/* What another agent did is no error of the kernel's. */
static void put_error(FILE *f, const struct act_failure *failure)
{
	if (failure->error && failure->error != EXDEV &&
	    failure->error != ESTALE)
		fprintf(f, ": %s", strerror(failure->error));
}

static void put_words(FILE *f, const struct act_failure *failure)
{
	if (failure->words[0])
		fprintf(f, " (%s)", failure->words);
}

static void put_blocker(FILE *f, const struct act_failure *failure)
{
	_cleanup_free_ char *text =
		act_failure_describe_blocker(&failure->blocker);

	fputs(text ?: "somebody", f);
}

static void put_device(FILE *f, const struct act_failure *failure)
{
	fputs(failure->device[0] ? failure->device : "the device", f);
}

static void put_name(FILE *f, const struct act_failure *failure)
{
	fputs(failure->name, f);
}

static void put_value(FILE *f, const struct act_failure *failure)
{
	if (failure->cause == ACT_CAUSE_CANCELLED && failure->value[0])
		fputs(": ", f);
	fputs(failure->value, f);
}

static void put_zone(FILE *f, const struct act_failure *failure)
{
	fputs(policy_zone_name(failure->zone), f);
}

static const struct {
	const char *name;
	void (*put)(FILE *f, const struct act_failure *failure);
} members[] = {
	{ "{memory}", put_memory },   { "{device}", put_device },
	{ "{range}", put_range },     { "{name}", put_name },
	{ "{value}", put_value },     { "{zone}", put_zone },
	{ "{error}", put_error },     { "{words}", put_words },
	{ "{blocker}", put_blocker },
};

/* Returns how much of @text was one. */
static size_t put_member(FILE *f, const char *text,
			 const struct act_failure *failure)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		size_t length = strlen(members[i].name);

		if (strncmp(text, members[i].name, length) != 0)
			continue;
		members[i].put(f, failure);
		return length;
	}
	fputc(*text, f);
	return 1;
}

static void put_text(FILE *f, const char *text,
		     const struct act_failure *failure)
{
	while (*text)
		text += put_member(f, text, failure);
}

char *act_failure_describe(const struct act_failure *failure)
{
	const struct cause *cause = &causes[failure->cause];
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f;

	assert(failure->cause < ACT_CAUSES);
	if (failure->cause == ACT_CAUSE_NONE)
		return NULL;
	f = text_stream_open(&stream);
	if (!f)
		return NULL;
	put_text(f, cause->text, failure);
	if (cause->advice && (cause->advice_error == 0 ||
			      cause->advice_error == failure->error)) {
		fputs("; ", f);
		put_text(f, cause->advice, failure);
	}
	return text_stream_take(&stream);
}

/* What a process does, or what pages are; @of: "3 pages of it". */
static const struct {
	const char *kind;
	const char *process; /* "process 1 (x) " ... */
	const char *pages;   /* "8 " ... */
} blockers[] = {
	{ "pinned", "has pinned pages of it for I/O", "pinned pages" },
	{ "pinner", "may have pinned pages of it for I/O", "pinned pages" },
	{ "kernel-said", "maps a page that the kernel could not move",
	  "pages that the kernel could not move" },
	{ "hugetlb", "uses huge pages of it",
	  "pages in huge pages, for which other nodes have no room" },
	{ "no-room", "has pages to move",
	  "pages that have to move, for which other nodes have no room" },
	{ "slab", NULL, "pages of kernel objects (slab)" },
	{ "page-table", NULL, "page tables" },
	{ "kernel", NULL, "pages of kernel memory" },
	{ "reserved", NULL, "reserved pages, which the kernel never moves" },
	{ "held", NULL, "pages that are held for I/O, or in a pipe" },
	{ "ballooned", NULL, "pages that a balloon driver gave away" },
	{ "user", NULL, "open files or references for I/O" },
};

static void put_process(FILE *f, const struct act_blocker *blocker)
{
	fprintf(f, "process %d (%s%s%s)", blocker->pid, blocker->command,
		blocker->cgroup[0] ? ", in " : "", blocker->cgroup);
	for (size_t i = 0; i < ARRAY_SIZE(blockers); i++)
		if (strcmp(blocker->kind, blockers[i].kind) == 0 &&
		    blockers[i].process)
			fprintf(f, " %s", blockers[i].process);
	if (strcmp(blocker->kind, "user") == 0 && blocker->count > 1)
		fprintf(f, " and %" PRIu64 " more", blocker->count - 1);
}

static void put_pages(FILE *f, const struct act_blocker *blocker)
{
	const char *pages = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(blockers) && !pages; i++)
		if (strcmp(blocker->kind, blockers[i].kind) == 0)
			pages = blockers[i].pages;
	if (blocker->count > 0)
		fprintf(f, "%" PRIu64 " ", blocker->count);
	if (pages)
		fputs(pages, f);
	else
		fprintf(f, "pages (%s)", blocker->kind);
}

char *act_failure_describe_blocker(const struct act_blocker *blocker)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f;

	if (!blocker->kind[0])
		return NULL;
	f = text_stream_open(&stream);
	if (!f)
		return NULL;
	if (blocker->pid > 0)
		put_process(f, blocker);
	else
		put_pages(f, blocker);
	return text_stream_take(&stream);
}
