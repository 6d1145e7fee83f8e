/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASIC_TEXT_STREAM_H
#define BASIC_TEXT_STREAM_H

#include <stddef.h>
#include <stdio.h>

#include "basic/cleanup.h"

/*
 * Text that is printed bit by bit (open_memstream(3)). Failures to print need
 * not be checked: text_stream_take() reports them.
 *
 *	_cleanup_text_stream_ struct text_stream stream = { NULL };
 *	FILE *f = text_stream_open(&stream);
 *
 *	if (!f)
 *		return NULL;
 *	fprintf(f, ...);
 *	return text_stream_take(&stream);
 *
 * text_format() in basic/text.h does for what one format can say.
 */
struct text_stream {
	FILE *file; /* NULL unless it is open */
	char *text;
	size_t size;
};

/* Returns what to print to, owned by @stream; NULL: out of memory. */
FILE *text_stream_open(struct text_stream *stream);

/* Closes @stream and returns its text, to be freed. NULL: out of memory, now or
 * when it was printed. */
char *text_stream_take(struct text_stream *stream);

/* Closes @stream, if it is open, and frees its text. */
void text_stream_done(struct text_stream *stream);
#define _cleanup_text_stream_ _cleanup_(text_stream_done)

#endif
