// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/time-text.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "basic/text.h"

char *time_text_date(uint64_t usec)
{
	time_t seconds = (time_t)(usec / 1000000);
	char text[64] = "";
	struct tm tm;

	if (usec && localtime_r(&seconds, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	return strdup(text);
}

char *time_text_clock(uint64_t usec)
{
	_cleanup_free_ char *date = time_text_date(usec);
	const char *blank = date ? strchr(date, ' ') : NULL;

	return blank ? strdup(blank + 1) : NULL;
}

char *time_text_span(uint64_t usec)
{
	const uint64_t seconds = usec / 1000000;

	if (seconds < 10)
		return text_format("%" PRIu64 ".%" PRIu64 "s", seconds,
				   usec / 100000 % 10);
	if (seconds < 60)
		return text_format("%" PRIu64 "s", seconds);
	if (seconds < 3600)
		return text_format("%" PRIu64 "min %" PRIu64 "s", seconds / 60,
				   seconds % 60);
	return text_format("%" PRIu64 "h %" PRIu64 "min", seconds / 3600,
			   seconds / 60 % 60);
}
