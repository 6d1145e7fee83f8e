/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_JOB_LINES_H
#define CLI_JOB_LINES_H

#include "cli/mirror.h"
#include "cli/verb.h"

/*
 * On a terminal, standard error shows a line for each job while it is waited
 * for: how far it is, how fast, and when it will be over. Elsewhere nothing.
 */
struct job_lines {
	const struct mirror *mirror;
	bool shown;
	size_t n; /* lines that are there now */
};

/* From now on Ctrl-C is noticed by job_lines_check_interrupt(). */
void job_lines_open(struct job_lines *lines, const struct mirror *mirror,
		    const struct arguments *arguments);

/* Something has changed: for mirror_open(); @userdata is a struct job_lines. */
void job_lines_changed(const struct mirror_event *event, void *userdata);

/* Takes them away. */
void job_lines_close(struct job_lines *lines);

/* After Ctrl-C: says that what runs goes on, and how to cancel it, and ends
 * the program as the signal does. */
void job_lines_check_interrupt(struct job_lines *lines);

#endif
