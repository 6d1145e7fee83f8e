// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "cli/pager.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

#define OPTIONS_MAX 16

/* Those that begin with @name. */
static void list_verbs(const char *name)
{
	for (const struct verb *v = verbs; v->name; v++)
		if (!v->hidden && strncmp(v->name, name, strlen(name)) == 0)
			printf("  %-13s %-13s %s\n", v->name, v->operands,
			       v->help);
}

static void print_verbs(void)
{
	printf("Usage: daxbroker VERB [OPTION...] [OPERAND...]\n"
	       "Shows and applies the policies for device-DAX memory.\n\n"
	       "Verbs:\n");
	list_verbs("");
	printf("\n  --help     with a verb: its options\n"
	       "  --version  print the version\n\nExit status:\n");
	for (const struct exit_code_text *e = exit_code_texts; e->text; e++)
		printf("  %d  %s\n", e->code, e->text);
}

/* Capitals are for the table of verbs alone. */
static bool has_short(const struct verb_option *option)
{
	return option->letter >= 'a';
}

static void print_option(const struct verb_option *option)
{
	char text[48];

	snprintf(text, sizeof(text), "--%s%s%s", option->name,
		 option->value ? " " : "", option->value ? option->value : "");
	if (has_short(option))
		printf("  -%c, %-22s %s\n", option->letter, text, option->help);
	else
		printf("      %-22s %s\n", text, option->help);
}

static void print_statuses(const struct verb *verb)
{
	printf("\nExit status:\n  0  %s\n", verb->ok);
	for (const struct exit_code_text *e = exit_code_texts; e->text; e++)
		if (e->code != EXIT_OK && strchr(verb->statuses, '0' + e->code))
			printf("  %d  %s\n", e->code, e->text);
}

static void print_verb(const struct verb *verb)
{
	printf("Usage: daxbroker %s [OPTION...]%s%s\n%s\n\nOptions:\n",
	       verb->name, verb->operands[0] ? " " : "", verb->operands,
	       verb->help);
	for (const struct verb_option *o = verb_options; o->name; o++)
		if (strchr(verb->options, o->letter))
			print_option(o);
	printf("  -h, %-22s %s\n", "--help", "print this");
	print_statuses(verb);
	if (strchr(verb->options, 'o'))
		printf("\nFor the columns see daxbroker(1), or \"daxbroker "
		       "list --output help\".\n");
}

/* So many of the words are the verb's name; 0: they are not. */
static int match(const struct verb *verb, int n, char **words)
{
	const size_t length = strcspn(verb->name, " ");

	if (n < 1 || strlen(words[0]) != length ||
	    strncmp(verb->name, words[0], length) != 0)
		return 0;
	if (!verb->name[length])
		return 1;
	return n > 1 && strcmp(verb->name + length + 1, words[1]) == 0 ? 2 : 0;
}

static const struct verb *find_verb(int n, char **words, int *ret_n)
{
	for (const struct verb *v = verbs; v->name; v++) {
		*ret_n = match(v, n, words);
		if (*ret_n > 0)
			return v;
	}
	return NULL;
}

/* The verbs of which @name is the first word of two; false: it is of none. */
static bool print_seconds(const char *name)
{
	char first[32];

	snprintf(first, sizeof(first), "%s ", name);
	for (const struct verb *v = verbs; v->name; v++) {
		if (strncmp(v->name, first, strlen(first)) != 0)
			continue;
		printf("Usage: daxbroker %s VERB [OPTION...] [OPERAND...]\n\n"
		       "Verbs:\n",
		       name);
		list_verbs(first);
		printf("\n  --help     with a verb: its options\n");
		return true;
	}
	return false;
}

/* Says which second words there are; false: @name is no first one. */
static bool complain_second(const char *name)
{
	const size_t length = strlen(name);
	char found[128] = "";

	for (const struct verb *v = verbs; v->name; v++) {
		const size_t n = strlen(found);

		if (strncmp(v->name, name, length) == 0 &&
		    v->name[length] == ' ')
			snprintf(found + n, sizeof(found) - n, "%s%s",
				 n ? ", " : "", v->name + length + 1);
	}
	if (found[0])
		log_error("after \"%s\" comes one of %s", name, found);
	return found[0];
}

/* The verbs that begin like what was typed, as a hint. */
static void complain_verb(const char *name)
{
	const struct verb *hint = NULL;

	if (complain_second(name))
		return;
	for (const struct verb *v = verbs; v->name; v++)
		if (!v->hidden && v->name[0] == name[0] &&
		    (!hint || v->name[1] == name[1]))
			hint = v;
	if (hint)
		log_error("no verb \"%s\"; did you mean \"%s\"?", name,
			  hint->name);
	else
		log_error("no verb \"%s\"; see daxbroker --help", name);
}

/* getopt_long()'s tables for the options that @verb takes. */
static void make_options(const struct verb *verb, struct option *longs,
			 char *shorts)
{
	size_t n = 0, length = 0;

	if (verb->command)
		shorts[length++] = '+';
	for (const struct verb_option *o = verb_options; o->name; o++) {
		if (!strchr(verb->options, o->letter) || n + 2 >= OPTIONS_MAX)
			continue;
		longs[n++] = (struct option){ o->name,
					      o->value ? required_argument
						       : no_argument,
					      NULL, o->letter };
		if (!has_short(o))
			continue;
		if (o->letter == 'j')
			shorts[length++] = 'J'; /* as in lsblk(8) */
		shorts[length++] = o->letter;
		if (o->value)
			shorts[length++] = ':';
	}
	longs[n++] = (struct option){ "help", no_argument, NULL, 'h' };
	longs[n] = (struct option){ 0 };
	shorts[length++] = 'h';
	shorts[length] = '\0';
}

/* Of leases; false: it is another one. */
static bool take_lease_option(struct arguments *arguments, int letter)
{
	switch (letter) {
	case 'L':
		arguments->pool = optarg;
		return true;
	case 'Z':
		arguments->size = optarg;
		return true;
	case 'E':
		arguments->align = optarg;
		return true;
	case 'V':
		arguments->node = optarg;
		return true;
	case 'C':
		arguments->name = optarg;
		return true;
	case 'K':
		arguments->wait = optarg;
		return true;
	case '0':
		arguments->zero = true;
		return true;
	case 'B':
		arguments->revocable = true;
		return true;
	case 'H':
		arguments->path = true;
		return true;
	case 'Q':
		arguments->in = optarg;
		return true;
	}
	return false;
}

/* Of `run`; false: it is another one. */
static bool take_run_option(struct arguments *arguments, int letter)
{
	switch (letter) {
	case '1':
		arguments->node = optarg;
		return true;
	case '2':
		arguments->membind = true;
		return true;
	case '3':
		arguments->preferred = true;
		return true;
	case '4':
		arguments->interleave = true;
		return true;
	case '5':
		arguments->weighted = true;
		return true;
	}
	return false;
}

static void take_option(struct arguments *arguments, int letter)
{
	if (take_lease_option(arguments, letter) ||
	    take_run_option(arguments, letter))
		return;
	switch (letter) {
	case 'j':
	case 'J':
		arguments->json = true;
		break;
	case 'o':
		arguments->output = optarg;
		break;
	case 't':
		arguments->tree = true;
		break;
	case 'n':
		arguments->no_headings = true;
		break;
	case 'r':
		arguments->raw = true;
		break;
	case 'b':
		arguments->bytes = true;
		break;
	case 's':
		arguments->strict = true;
		break;
	case 'q':
		arguments->quiet = true;
		break;
	case 'R':
		arguments->root = optarg;
		break;
	case 'F':
		arguments->facts = optarg;
		break;
	case 'T':
		arguments->timeout = optarg;
		break;
	case 'S':
		arguments->summary = true;
		break;
	case 'D':
		arguments->policies = optarg;
		break;
	case 'a':
	case 'A':
		arguments->all = true;
		break;
	case 'U':
		arguments->full = true;
		break;
	case 'I':
		arguments->from_stdin = true;
		break;
	case 'N':
		arguments->dropin = optarg;
		break;
	case 'W':
		arguments->write = true;
		break;
	case 'O':
		arguments->directory = optarg;
		break;
	case 'G':
		arguments->svg = true;
		break;
	case 'X':
		arguments->until_reboot = true;
		break;
	case 'Y':
		arguments->duration = optarg;
		break;
	case 'P':
		arguments->no_pager = true;
		break;
	case 'M':
		arguments->machine_id = true;
		break;
	}
}

/* Returns -1 to go on, or the exit status. */
static int parse(const struct verb *verb, int argc, char **argv,
		 struct arguments *arguments)
{
	char shorts[2 * OPTIONS_MAX + 3];
	struct option longs[OPTIONS_MAX];
	int letter;

	make_options(verb, longs, shorts);
	while ((letter = getopt_long(argc, argv, shorts, longs, NULL)) >= 0) {
		if (letter == 'h') {
			print_verb(verb);
			return EXIT_OK;
		}
		if (letter == '?')
			return EXIT_USAGE; /* getopt_long() said why */
		take_option(arguments, letter);
	}
	arguments->words = argv + optind;
	arguments->n_words = (size_t)(argc - optind);
	if (arguments->n_words < verb->min_words ||
	    (arguments->n_words > verb->max_words && !arguments->facts)) {
		log_error("usage: daxbroker %s [OPTION...]%s%s", verb->name,
			  verb->operands[0] ? " " : "", verb->operands);
		return EXIT_USAGE;
	}
	return -1;
}

static int run_verb(const struct verb *verb, const struct arguments *arguments)
{
	if (strchr(verb->options, 'P') && !arguments->no_pager)
		pager_open();
	return (int)verb->run(arguments);
}

static bool is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int run(int argc, char **argv)
{
	struct arguments arguments = {
		.root = "/",
		.all_verbs = verbs,
		.all_options = verb_options,
	};
	const struct verb *verb;
	int n, r;

	if (argc < 2)
		return run(2, (char *[]){ argv[0], (char *)"list", NULL });
	if (is_help(argv[1])) {
		print_verbs();
		return EXIT_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("daxbroker " PACKAGE_VERSION);
		return EXIT_OK;
	}
	verb = find_verb(argc - 1, argv + 1, &n);
	if (!verb && argc > 2 && is_help(argv[2]) && print_seconds(argv[1]))
		return EXIT_OK;
	if (!verb) {
		complain_verb(argv[1]);
		return EXIT_USAGE;
	}
	r = parse(verb, argc - n, argv + n, &arguments);
	return r >= 0 ? r : run_verb(verb, &arguments);
}

/* A report that did not reach the disk is none; a person may leave the pager
 * when it pleases. */
static int finish(int status)
{
	bool failed = fflush(stdout) != 0 || ferror(stdout);

	if (pager_is_open())
		pager_close();
	else if (failed) {
		log_error("standard output: %s", strerror(errno));
		return EXIT_ERROR;
	}
	return status;
}

int main(int argc, char **argv)
{
	terminal_init();
	return finish(run(argc, argv));
}
