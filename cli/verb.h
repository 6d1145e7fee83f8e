/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_VERB_H
#define CLI_VERB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "basic/exit-codes.h"

struct verb;
struct verb_option;

/* What the command line said, after its options were taken off. */
struct arguments {
	const char *root;     /* --root; "/" by default */
	const char *output;   /* --output, or NULL */
	const char *policies; /* --policies, or NULL: those below root */
	bool json;
	bool tree;
	bool no_headings;
	bool raw;
	bool bytes;
	bool strict;
	bool quiet;
	bool summary;
	bool machine_id;
	bool no_pager;
	bool until_reboot;
	const char *duration; /* --for, or NULL */
	bool all;
	const char *timeout; /* --timeout, or NULL */
	bool full;
	bool from_stdin;
	bool write;
	bool svg;
	const char *directory; /* --directory, or NULL */
	const char *dropin;    /* --drop-in, or NULL */
	bool path;
	const char *pool, *size, *align, *node, *name, *wait; /* or NULL */
	bool zero;
	bool revocable;
	bool membind, preferred, interleave, weighted;
	const char *in;	   /* --in, or NULL */
	const char *facts; /* --facts, or NULL: the first of the files, the
			    * operands are more */
	const struct verb *all_verbs;	       /* for the verb "tables" */
	const struct verb_option *all_options; /* the same */
	char **words;			       /* operands, NULL-terminated */
	size_t n_words;
};

/* An option of one or more verbs. */
struct verb_option {
	char letter;	   /* the short form, and the key in struct verb */
	const char *name;  /* the long form */
	const char *value; /* its argument's name, or NULL */
	const char *help;
};

#define VERB_ANY_NUMBER SIZE_MAX

struct verb {
	const char *name;     /* one word, or two */
	const char *operands; /* for the usage line, or "" */
	const char *options;  /* letters of verb_options */
	size_t min_words;
	size_t max_words; /* or VERB_ANY_NUMBER */
	const char *help;
	const char *statuses; /* digits of enum exit_code, ascending */
	const char *ok;	      /* what the first of them, 0, means here */
	bool hidden;	      /* for udev rules and tests: not in --help */
	enum exit_code (*run)(const struct arguments *arguments);
	bool command; /* the operands are one, with its own options */
};

enum exit_code verb_list(const struct arguments *arguments);
enum exit_code verb_show(const struct arguments *arguments);
enum exit_code verb_cat(const struct arguments *arguments);
enum exit_code verb_check(const struct arguments *arguments);
enum exit_code verb_edit(const struct arguments *arguments);
enum exit_code verb_explain(const struct arguments *arguments);
enum exit_code verb_facts(const struct arguments *arguments);
enum exit_code verb_diagnose(const struct arguments *arguments);
enum exit_code verb_import(const struct arguments *arguments);
enum exit_code verb_map(const struct arguments *arguments);
enum exit_code verb_plan(const struct arguments *arguments);
enum exit_code verb_apply(const struct arguments *arguments);
enum exit_code verb_history(const struct arguments *arguments);
enum exit_code verb_monitor(const struct arguments *arguments);
enum exit_code verb_wait(const struct arguments *arguments);
enum exit_code verb_lease_list(const struct arguments *arguments);
enum exit_code verb_lease_show(const struct arguments *arguments);
enum exit_code verb_lease_run(const struct arguments *arguments);
enum exit_code verb_lease_release(const struct arguments *arguments);
enum exit_code verb_lease_reclaim(const struct arguments *arguments);
enum exit_code verb_set(const struct arguments *arguments);
enum exit_code verb_release(const struct arguments *arguments);
enum exit_code verb_cancel(const struct arguments *arguments);
enum exit_code verb_status(const struct arguments *arguments);
enum exit_code verb_node(const struct arguments *arguments);
enum exit_code verb_run(const struct arguments *arguments);
enum exit_code verb_udev(const struct arguments *arguments);
enum exit_code verb_tables(const struct arguments *arguments);

/* The name of the device that an operand means: "dax0.0" of "/dev/dax0.0". */
static inline const char *verb_device_name(const char *word)
{
	return strncmp(word, "/dev/", 5) == 0 ? word + 5 : word;
}

/* The worse of two; see basic/exit-codes.h. */
static inline enum exit_code worse(enum exit_code a, enum exit_code b)
{
	return a > b ? a : b;
}

#endif
