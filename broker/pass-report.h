/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_PASS_REPORT_H
#define BROKER_PASS_REPORT_H

#include "broker/bystanders.h"

/* Logs what is new in @pass, and ends in the journal of jobs those that nothing
 * is left to do about. @records: as the pass has left them. */
void pass_report(const struct pass *pass, int root_fd,
		 const struct record_table *records);

/* The job of @plan is done. If it has cleared memory of a lease, those that
 * were cut off before it are over: its device may be another one's by the next
 * pass, which then cannot know that. */
void pass_report_cleared(const struct pass *pass, int root_fd,
			 const struct plan *plan);

/* Logs which of the bystanders of the last batch have changed. */
void pass_report_bystanders(const struct pass *pass,
			    const struct bystanders *bystanders);

#endif
