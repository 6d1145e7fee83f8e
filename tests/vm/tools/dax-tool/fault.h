/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_DAX_TOOL_FAULT_H
#define TESTS_DAX_TOOL_FAULT_H

#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>

/* Signals of a fault: what happened, instead of dying of it. After
 * catch_faults() each goes to where after_fault was set last. */
extern sigjmp_buf after_fault;
extern siginfo_t fault;

void catch_faults(void);

/* Returns the signal, or 0. */
int touch(volatile char *p, bool write);
void expect_touch(char *p, bool write, int wanted, const char *what);

#endif
