/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef POLICY_SYNTAX_INI_H
#define POLICY_SYNTAX_INI_H

#include <stddef.h>

#include "basic/cleanup.h"

/*
 * The syntax of systemd.syntax(7), without any meaning: "[Section]" and
 * "key=value" lines. Lines starting with "#" or ";" are comments; a backslash
 * at a line's end is a space that joins the next line which is no comment.
 * White space around lines, keys and values does not count, nor does a
 * carriage return at a line's end. There is no quoting.
 */

enum ini_kind {
	INI_SECTION,	/* name: what stands between the brackets */
	INI_ASSIGNMENT, /* name: the key, never empty; value: may be "" */
	INI_FAULT,	/* name: the whole line; value: how it should read */
};

struct ini_item {
	enum ini_kind kind;
	unsigned int line;   /* where it starts; 1 is the first */
	unsigned int column; /* of name in that line, in bytes; 1 is the first
			      */
	unsigned int width;  /* of that line up to where it goes on in the next
			      * one, counted as columns */
	const char *name;    /* owned by the reader */
	const char *value;
};

struct ini_reader {
	char *buffer; /* the text; lines are cut and joined in it */
	char *rest;   /* what was not read yet; NULL at the end */
	unsigned int line;
	const char *line_start; /* of the last one that was taken */
};

/* @text must pass text_fault(). Returns 0 or -ENOMEM. */
int ini_reader_init(struct ini_reader *reader, const char *text, size_t size);
void ini_reader_done(struct ini_reader *reader);

/* Returns 1 and *ret, or 0 at the end. */
int ini_next(struct ini_reader *reader, struct ini_item *ret);

/* The column of @at, which points into the name or the value of @item; 0 when
 * it is in a line that the item goes on in. */
unsigned int ini_column(const struct ini_item *item, const char *at);

#endif
