/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKER_HISTORY_H
#define BROKER_HISTORY_H

#include "broker/job-record.h"

/*
 * The jobs that have ended, the last HISTORY_MAX of them: lines of JSON with
 * their facts in RUN_DIR/history, so that they outlive the daemon, and not the
 * boot.
 */
#define HISTORY_MAX 256

struct history_entry {
	char *line;
	char *device;
	char *what; /* the same for what would be no news */
};

struct history {
	int root_fd;
	struct history_entry entries[HISTORY_MAX];
	size_t n, first; /* the oldest one's place */
	size_t n_lines;	 /* of the file */
};

/* Reads what is there; lines that make no sense are left out. */
void history_load(struct history *history, int root_fd);
void history_clear(struct history *history);

/* A job has ended. One that was not begun, or was refused again for the same
 * reason, is no news. Negative errno: it is in no file. */
int history_add(struct history *history, const struct job_record *job);

/* The @i'th, the oldest first, if it is of this device or @device is "";
 * else NULL. */
const struct history_entry *history_get(const struct history *history, size_t i,
					const char *device);

/* Calls @fact for each of its facts; without @processes none that names a
 * process. */
void history_facts(const struct history_entry *entry, bool processes,
		   act_fact_fn fact, void *userdata);

#endif
