/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_WAITING_H
#define CLI_WAITING_H

#include <stdint.h>

#include "cli/verb.h"

/* The time to wait, as --@option gave it: *ret is its end by clock_usec();
 * @text NULL: there is none. Returns false after saying that it is no time. */
bool waiting_read_end(const char *option, const char *text, uint64_t *ret);

/*
 * Waits, by the daemon's signals, until @word is so: "settled", a device that
 * is decided, or a node, by name or number, that has memory of devices; until
 * @end at most. Returns EXIT_OK, the device's status, or another one after
 * saying why: EXIT_PENDING when the time is over.
 */
enum exit_code waiting_for(const struct arguments *arguments, const char *word,
			   uint64_t end);

#endif
