// SPDX-License-Identifier: GPL-2.0-or-later
/* clang-format off */
/*
 * What the cases about device_dax need and the shell cannot do.
 *
 * usage: dax-tool rules DEV ALIGN SIZE        what may be mapped, what not
 *        dax-tool fill DEV OFFSET LEN SEED    writes a pattern
 *        dax-tool put DEV OFFSET HEX          writes these bytes
 *        dax-tool verify DEV OFFSET LEN SEED  compares
 *        dax-tool direct DEV OFFSET LEN FILE  O_DIRECT, to FILE and back
 *        dax-tool fork DEV LEN yes|no         is a mapping inherited?
 *        dax-tool neighbours DEV LEN FILE     mappings that are inherited beside
 *                                             others; FILE is the attribute dontfork
 *        dax-tool poison DEV ALIGN SIZE OFFSET    memory failure
 *        dax-tool open|map|pin|orphan|pipe DEV LEN    holds that
 *        dax-tool page DEV ALIGN OFFSET       holds a mapping of that page
 *        dax-tool parts DEV ALIGN             holds slices of a mapping
 *        dax-tool killed DEV LEN              until a fault fails: unbound
 *        dax-tool errno DEV|'#'FD LEN         what open and mmap say
 *        dax-tool poll FILE WORD SECONDS      until FILE reads WORD, by poll
 *        dax-tool uevents FILE                appends uevents to FILE
 *        dax-tool storm DEV ALIGN SIZE SECONDS    many users at random
 *        dax-tool bench DEV ALIGN SIZE        "NAME PER-SECOND" lines
 * STRICT=0 in the environment leaves out what the in-tree driver lacks.
 * open, map, page, parts, pin and pipe say "ready" when they have it and hold
 * it until they are killed; orphan is a pin without mapping or file.
 */
/* clang-format on */
#include <stdio.h>
#include <string.h>

#include "commands.h"

/* clang-format off */
static const struct {
	const char *name;
	int args;
	int (*run)(char **args);
} commands[] = {
	{ "rules", 3, run_rules },
	{ "fill", 4, run_fill },
	{ "put", 3, run_put },
	{ "verify", 4, run_verify },
	{ "direct", 4, run_direct },
	{ "fork", 3, run_fork },
	{ "neighbours", 3, run_neighbours },
	{ "poison", 4, run_poison },
	{ "open", 2, run_open },
	{ "map", 2, run_map },
	{ "page", 3, run_page },
	{ "parts", 2, run_parts },
	{ "pin", 2, run_pin },
	{ "orphan", 2, run_orphan },
	{ "pipe", 2, run_pipe },
	{ "killed", 2, run_killed },
	{ "errno", 2, run_errno },
	{ "poll", 3, run_poll },
	{ "uevents", 1, run_uevents },
	{ "storm", 4, run_storm },
	{ "bench", 3, run_bench },
};
/* clang-format on */

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(argv[1], commands[i].name) &&
		    argc == 2 + commands[i].args)
			return commands[i].run(argv + 2);
	fputs("usage: see the head of dax-tool.c\n", stderr);
	return 2;
}
