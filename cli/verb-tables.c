// SPDX-License-Identifier: GPL-2.0-or-later
/* The program's own tables as text, a row a line, for the tests that compare
 * the man page and the completions with them. */
#include <stdio.h>
#include <string.h>

#include "cli/column.h"
#include "cli/verb.h"
#include "plan/refusal.h"

static void print_options(const struct verb_option *options,
			  const struct verb *verb)
{
	for (const struct verb_option *o = options; o->name; o++)
		if (strchr(verb->options, o->letter))
			printf("option %s --%s\n", verb->name, o->name);
}

enum exit_code verb_tables(const struct arguments *arguments)
{
	for (const struct verb *v = arguments->all_verbs; v->name; v++) {
		if (v->hidden)
			continue;
		printf("verb %s\n", v->name);
		print_options(arguments->all_options, v);
		printf("exits %s %s: %s\n", v->name, v->statuses, v->ok);
	}
	for (const struct column *c = columns; c->name; c++)
		printf("column %s\n", c->name);
	for (enum plan_refusal r = PLAN_REFUSAL_NONE + 1; r < PLAN_REFUSALS;
	     r++)
		printf("refusal %s\n", plan_refusal_name(r));
	for (const struct exit_code_text *e = exit_code_texts; e->text; e++)
		printf("exit %d %s\n", e->code, e->text);
	return EXIT_OK;
}
