/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_JOURNAL_H
#define ACT_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "act/journal-job.h"

/*
 * What was meant and what became of it, in RUN_DIR/journal: lines of JSON that
 * are appended, each before and after what it is about. So a job that was cut
 * off (its process was killed, with the daemon or without) is known to what
 * comes next.
 *
 *     {"begin": ID, ...}          see act/journal-job.h
 *     {"take": ID, "step": N}     {"took": ID, "step": N, "errno": E}
 *     {"undo": ID, "step": N}     {"undid": ID, "step": N, "errno": E}
 *     {"again": ID}               undoing it begins, in another process
 *     {"end": ID, "outcome": WORD}
 *
 * A line that makes no sense is left out, and so is a job: it was cut off
 * itself, before what it is about was begun, or is of another version.
 */

/* The writing side, of one job. */
struct journal {
	int root_fd;
	char id[JOURNAL_ID_MAX];
};

struct journal_jobs {
	struct journal_job *jobs; /* the oldest first */
	size_t n;
	size_t n_senseless; /* lines that were left out */
};

/* Begins a job whose blocks are @before. Returns 0 and *ret, or a negative
 * errno: then nothing may be done. */
int journal_begin(int root_fd, const struct plan *plan,
		  const struct facts_block *before, struct journal *ret);

/* Going on with undoing a job that was cut off. */
int journal_resume(int root_fd, const struct journal_job *job,
		   struct journal *ret);

/* Before and after a step, or with @undo its undo. Negative errno where the
 * line could not be written. */
int journal_intent(const struct journal *journal, size_t step, bool undo);
int journal_outcome(const struct journal *journal, size_t step, bool undo,
		    int error);

/* The job is over: it is not among those cut off any more. */
int journal_end(int root_fd, const char *id, const char *word);

/*
 * The jobs that have not ended. Returns 0 and *ret, to be freed with
 * journal_jobs_clear(); or a negative errno. No journal at all is an empty one.
 * Jobs that run now are among them: see act_run_open_jobs().
 */
int journal_read(int root_fd, struct journal_jobs *ret);
void journal_jobs_clear(struct journal_jobs *jobs);

/*
 * Begins a new journal when @jobs, which was read of it and is empty, had lines
 * that make no sense, or when it is long. No job may begin meanwhile. 1: the
 * former one is RUN_DIR/journal.bad now, and those lines are to be reported; 0;
 * negative errno.
 */
int journal_trim(int root_fd, const struct journal_jobs *jobs);

#endif
