/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_EXIT_CODES_H
#define BASIC_EXIT_CODES_H

#include <stddef.h>

/* Exit statuses of daxbroker and daxbrokerd. The highest number
 * that applies is returned. */
enum exit_code {
	EXIT_OK = 0,	      /* everything is as decided; of a verb, see it */
	EXIT_ERROR = 1,	      /* the program itself failed */
	EXIT_USAGE = 2,	      /* the command line is wrong */
	EXIT_NOT_FOUND = 3,   /* no such device, region or node name */
	EXIT_POLICY = 4,      /* a policy file is in error */
	EXIT_REFUSED = 5,     /* a switch is refused, nothing was changed */
	EXIT_FAILED = 6,      /* a switch failed, or memory is stranded */
	EXIT_UNREACHABLE = 7, /* the daemon does not run or answer */
	EXIT_PENDING = 8,     /* a switch is waiting or under way */
	EXIT_DENIED = 9,      /* it takes more rights */
};

struct exit_code_text {
	enum exit_code code;
	const char *text;
};

/* All of them, for --help, the man pages' test and completion; the last has
 * text NULL. */
extern const struct exit_code_text exit_code_texts[];

#endif
