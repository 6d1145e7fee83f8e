/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include "cli/verb.h"
#include "cli/view.h"

/* How many devices of how many machines become what, grouped by the reason. */
struct summary;

/* NULL: out of memory. */
struct summary *summary_new(void);
void summary_free(struct summary *summary);
DEFINE_CLEANUP(struct summary *, summary_free)
#define _cleanup_summary_ _cleanup_(cleanup_summary_free)

/* Counts the devices of one machine. Returns 0 or -ENOMEM. */
int summary_add(struct summary *summary, const struct view *view);

enum exit_code summary_print(const struct summary *summary,
			     const struct arguments *arguments);

#endif
