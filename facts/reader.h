/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_READER_H
#define FACTS_READER_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include "basic/cleanup.h"
#include "facts/model/model.h"

/*
 * One reading of a snapshot. A value of the wrong form goes to the snapshot's
 * problems; memory or descriptors that ran out go to @error. So a caller may
 * ignore what is returned and keep the default: the whole reading fails at its
 * end all the same, instead of showing a machine without them.
 */
struct facts_reader {
	int root_fd;
	struct facts_snapshot *snapshot;
	int error; /* 0, or what ends the whole reading */
};

/* @dir is relative to the root; NULL: @name alone is the path. Return what the
 * functions of root.h do. */
int reader_u64(struct facts_reader *reader, const char *dir, const char *name,
	       uint64_t *ret);
int reader_int(struct facts_reader *reader, const char *dir, const char *name,
	       int *ret);
int reader_line(struct facts_reader *reader, const char *dir, const char *name,
		char **ret);
int reader_text(struct facts_reader *reader, const char *dir, const char *name,
		char **ret);
int reader_link_name(struct facts_reader *reader, const char *dir,
		     const char *name, char **ret);
bool reader_exists(struct facts_reader *reader, const char *dir,
		   const char *name);

/* Calls @found with each number N of an entry PREFIXN of the directory, in no
 * order. Returns 0 or the error of opening the directory. */
int reader_numbered(struct facts_reader *reader, const char *dir,
		    const char *prefix,
		    void (*found)(struct facts_reader *reader, uint64_t number,
				  void *data),
		    void *data);

/* Adds "/DIR/NAME: WHAT" to the snapshot's problems. */
void reader_problem(struct facts_reader *reader, const char *dir,
		    const char *name, const char *what);

/* Remembers that memory or descriptors ran out, where @r says so. */
void reader_check(struct facts_reader *reader, int r);

/* Remembers any error but that something does not exist. */
void reader_require(struct facts_reader *reader, int r);

/* True for errors of a file that is not there (any more). */
static inline bool reader_is_absent(int r)
{
	return r == -ENOENT || r == -ENODEV || r == -ENXIO;
}

/* True for errors that a user with more privileges would not get. */
static inline bool reader_is_denied(int r)
{
	return r == -EACCES || r == -EPERM;
}

/* Reads the attribute "uuid" of @dir in lower case, to be freed. Empty or all
 * zero: there is none. *ret_unknown is set where there may be one. */
void reader_uuid(struct facts_reader *reader, const char *dir, char **ret,
		 bool *ret_unknown);

/* Reads the figures in @dir; they are there only where the firmware has
 * them. */
void reader_performance(struct facts_reader *reader, const char *dir,
			struct facts_performance *performance);

#endif
