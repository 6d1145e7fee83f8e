// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/failure.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/text-stream.h"
#include "basic/utf8.h"

void act_failure_set(char *array, size_t size, const char *text)
{
	snprintf(array, size, "%s", text ?: "");
	utf8_repair(array); /* it may be cut in the middle of a character */
}

void act_failure_hide_blocker(struct act_blocker *blocker)
{
	if (blocker->pid > 0)
		blocker->pid = ACT_PID_HIDDEN;
	blocker->command[0] = '\0';
	blocker->cgroup[0] = '\0';
}

void act_failure_hide_process(struct act_failure *failure)
{
	act_failure_hide_blocker(&failure->blocker);
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
	const struct act_cause_text *cause = act_cause_text(failure->cause);
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f;

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

/* What a process does, or what pages are. */
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
	{ "open", NULL, "open files or references for I/O" },
	{ "maybe-pinned", NULL, "pinned pages" },
};

/* Of the device itself, not of its memory when that is hot-plugged. */
static bool is_user(const struct act_blocker *blocker)
{
	return strcmp(blocker->kind, "open") == 0 ||
	       strcmp(blocker->kind, "mapped") == 0;
}

static void put_name_of_process(FILE *f, const struct act_blocker *blocker,
				const char *use)
{
	if (blocker->pid == ACT_PID_HIDDEN)
		fprintf(f, "a process that root alone sees%s%s%s",
			use[0] ? " (" : "", use, use[0] ? ")" : "");
	else
		fprintf(f, "process %d (%s%s%s%s%s)", blocker->pid,
			blocker->command, use[0] ? ", " : "", use,
			blocker->cgroup[0] ? ", in " : "", blocker->cgroup);
}

static void put_process(FILE *f, const struct act_blocker *blocker)
{
	bool user = is_user(blocker);

	put_name_of_process(f, blocker, user ? blocker->kind : "");
	for (size_t i = 0; i < ARRAY_SIZE(blockers); i++)
		if (strcmp(blocker->kind, blockers[i].kind) == 0 &&
		    blockers[i].process)
			fprintf(f, " %s", blockers[i].process);
	if (user && blocker->count > 1)
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

/* Who has them is a guess. */
static void put_maybe_pinned(FILE *f, const struct act_blocker *blocker)
{
	put_pages(f, blocker);
	if (blocker->pid == 0)
		return;
	fputs(", maybe those of ", f);
	put_name_of_process(f, blocker, "");
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
	if (strcmp(blocker->kind, "maybe-pinned") == 0)
		put_maybe_pinned(f, blocker);
	else if (blocker->pid != 0)
		put_process(f, blocker);
	else
		put_pages(f, blocker);
	return text_stream_take(&stream);
}

static void fact_text(const char *name, const char *value, act_fact_fn fact,
		      void *userdata)
{
	if (value[0])
		fact(name, value, false, userdata);
}

static void fact_number(const char *name, uint64_t value, act_fact_fn fact,
			void *userdata)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	fact(name, text, true, userdata);
}

void act_failure_blocker_facts(const struct act_blocker *blocker,
			       act_fact_fn fact, void *userdata)
{
	if (!blocker->kind[0])
		return;
	fact("blocker_kind", blocker->kind, false, userdata);
	if (blocker->pid > 0)
		fact_number("blocker_pid", (uint64_t)blocker->pid, fact,
			    userdata);
	fact_text("blocker_command", blocker->command, fact, userdata);
	fact_text("blocker_cgroup", blocker->cgroup, fact, userdata);
	if (blocker->count > 0)
		fact_number("blocker_count", blocker->count, fact, userdata);
}

void act_failure_facts(const struct act_failure *failure, act_fact_fn fact,
		       void *userdata)
{
	if (failure->cause != ACT_CAUSE_NONE)
		fact("cause", act_cause_text(failure->cause)->name, false,
		     userdata);
	if (failure->error)
		fact_number("errno", (uint64_t)failure->error, fact, userdata);
	if (failure->has_block)
		fact_number("block", failure->block, fact, userdata);
	if (failure->cause == ACT_CAUSE_ZONE)
		fact("zone", policy_zone_name(failure->zone), false, userdata);
	fact_text("cause_name", failure->name, fact, userdata);
	fact_text("cause_value", failure->value, fact, userdata);
	fact_text("kernel_words", failure->words, fact, userdata);
	act_failure_blocker_facts(&failure->blocker, fact, userdata);
}
