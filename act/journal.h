/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ACT_JOURNAL_H
#define ACT_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "facts/model/model.h"
#include "plan/plan.h"

/*
 * What was meant and what became of it, in RUN_DIR/journal: lines that are
 * appended, each before and after what it tells of. So a job that was cut off
 * (its process was killed, with the daemon or without) is known to whoever
 * comes next, as far as undoing it takes: the steps, how far it got, and how
 * each memory block was before the first.
 *
 *     begin ID DEVICE IDENTITY REGION DRIVER NODE BLOCK_SIZE
 *     block ID FIRST LAST STATE ZONE
 *     step ID INDEX KIND DRIVER ZONE DEVICE BEFORE AFTER MEMMAP
 *     take ID INDEX            took ID INDEX ERRNO
 *     undo ID INDEX            undid ID INDEX ERRNO
 *     again ID                 undoing it begins, in another process
 *     end ID WORD
 *
 * BEFORE and AFTER are a device's memory: its page size, then ",START-END" in
 * hexadecimal for each range. "-" stands for none; blanks in names are %20. A
 * line that makes no sense is ignored: it was cut off itself, before what it
 * tells of was begun.
 */

#define JOURNAL_ID_MAX 40

/* The writing side, of one job. */
struct journal {
	int root_fd;
	char id[JOURNAL_ID_MAX];
};

/* A job that has not ended: it was cut off, or runs. */
struct journal_job {
	char id[JOURNAL_ID_MAX];
	struct plan *plan; /* names, blocks, and the steps without reasons */
	struct facts_block *before; /* for each of the plan's blocks */
	bool alive;  /* by act_read_open(): its process runs, maybe one that has
		      * outlived its daemon */
	bool begun;  /* a step was */
	size_t step; /* the last one that was */
	unsigned int attempts; /* at undoing it, cut off too */
};

struct journal_list {
	struct journal_job *jobs; /* the oldest first */
	size_t n;
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
 * journal_list_clear(); or a negative errno. No journal at all is an empty one.
 * Jobs that run now are among them: see act_read_open().
 */
int journal_read(int root_fd, struct journal_list *ret);
void journal_list_clear(struct journal_list *list);
void journal_job_clear(struct journal_job *job);

/* Empties the journal once it is long. No job may be cut off or run, nor begin
 * meanwhile. */
void journal_trim(int root_fd);

#endif
