/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_DAX_TOOL_COMMANDS_H
#define TESTS_DAX_TOOL_COMMANDS_H

/* Each takes its arguments as the table of dax-tool.c counts them, and returns
 * the exit status; what is wrong ends the program at once. */

/* rules.c */
int run_rules(char **args);
int run_errno(char **args);

/* data.c */
int run_fill(char **args);
int run_put(char **args);
int run_verify(char **args);
int run_direct(char **args);

/* fork.c */
int run_fork(char **args);
int run_neighbours(char **args);

/* poison.c */
int run_poison(char **args);

/* hold.c */
int run_open(char **args);
int run_map(char **args);
int run_page(char **args);
int run_parts(char **args);
int run_pin(char **args);
int run_orphan(char **args);
int run_pipe(char **args);
int run_killed(char **args);

/* events.c */
int run_poll(char **args);
int run_uevents(char **args);

/* storm.c */
int run_storm(char **args);

/* bench.c */
int run_bench(char **args);

#endif
