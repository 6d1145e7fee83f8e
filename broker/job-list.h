/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_JOB_LIST_H
#define BROKER_JOB_LIST_H

#include "broker/job-record.h"

/* The jobs that wait or run. */
struct job_list {
	struct job_record **jobs; /* by number, ascending */
	size_t n;
};

void job_list_clear(struct job_list *list);

/* @job is the list's from now on, also when this fails; its number is the
 * highest. 0 or -ENOMEM. */
int job_list_add(struct job_list *list, struct job_record *job);

/* NULL: there is none. */
struct job_record *job_list_find(const struct job_list *list,
				 unsigned int number);

/* Takes it out, to be freed; NULL: there is none. */
struct job_record *job_list_take(struct job_list *list, unsigned int number);

#endif
