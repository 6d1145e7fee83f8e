// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/text-stream.h"

#include <stdbool.h>

FILE *text_stream_open(struct text_stream *stream)
{
	stream->file = open_memstream(&stream->text, &stream->size);
	return stream->file;
}

char *text_stream_take(struct text_stream *stream)
{
	bool failed = ferror(stream->file) != 0;

	/* Only now are text and size those of all that was printed. */
	failed |= fclose(stream->file) != 0;
	stream->file = NULL;
	if (failed)
		return NULL;
	return TAKE_PTR(stream->text);
}

void text_stream_done(struct text_stream *stream)
{
	if (stream->file)
		fclose(stream->file);
	free(stream->text);
	*stream = (struct text_stream){ NULL };
}
