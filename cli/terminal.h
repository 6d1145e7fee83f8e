/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What standard output can show. It is asked once, before a pager stands
 * between. Where it is no terminal nothing is cut, and there are no colours
 * unless $SYSTEMD_COLORS says so.
 */
void terminal_init(void);

/* Standard output is one. */
bool terminal_is_one(void);

/* How many columns there are; 0: there is no limit. */
size_t terminal_width(void);

/* It shows Unicode. */
bool terminal_has_unicode(void);

enum terminal_style {
	TERMINAL_BOLD,
	TERMINAL_DIM,
	TERMINAL_GOOD,	  /* as it is to be */
	TERMINAL_CHANGE,  /* something is going to change */
	TERMINAL_BAD,	  /* something is wrong */
	TERMINAL_KERNEL,  /* memory in a kernel zone */
	TERMINAL_MOVABLE, /* memory in a movable zone */
};

/* The sequence that starts @style, or ends any; "" where there are no colours.
 */
const char *terminal_start(enum terminal_style style);
const char *terminal_end(void);
bool terminal_has_colors(void);

#endif
