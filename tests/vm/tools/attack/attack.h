/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What a user with a shell account can do to a machine, each until the process
 * is killed. They return when they cannot go on: an exit status. */

/* Calls of every kind and size on the system bus, on that many connections. */
int attack_bus(int connections);
/* Opens as many files as it may, at most that many. */
int attack_descriptors(int count);
/* Huge and many mappings, with pages on each node that has some. */
int attack_mappings(int nodes);
/* Processes that come and go, with names that are hard to print. */
int attack_churn(int unused);
/* Lines in the kernel's log that look like its own, about that page. */
int attack_log(int pfn);
/* Fills a folder that it may write to: the working directory, up to that many
 * MiB. */
int attack_files(int mib);

/* A number below that one. */
unsigned int attack_random(unsigned int below);
/* A process's name that is a control sequence, is no UTF-8 and ends a line. */
void attack_take_name(void);
