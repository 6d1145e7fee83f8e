// SPDX-License-Identifier: GPL-2.0-or-later
#include "basic/size.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char size_units[] = "KMGTPE";

char *size_format(uint64_t bytes, char buf[SIZE_FORMAT_MAX])
{
	unsigned int step = 0;
	uint64_t whole = bytes, tenth;

	while (step < strlen(size_units) && bytes >> (10 * (step + 1)) > 0)
		step++;
	if (step == 0) {
		snprintf(buf, SIZE_FORMAT_MAX, "%" PRIu64 "B", bytes);
		return buf;
	}
	whole = bytes >> (10 * step);
	tenth = ((bytes >> (10 * (step - 1))) & 1023) * 10 / 1024;
	if (tenth)
		snprintf(buf, SIZE_FORMAT_MAX, "%" PRIu64 ".%" PRIu64 "%c",
			 whole, tenth, size_units[step - 1]);
	else
		snprintf(buf, SIZE_FORMAT_MAX, "%" PRIu64 "%c", whole,
			 size_units[step - 1]);
	return buf;
}

char *size_format_exact(uint64_t bytes, char buf[SIZE_FORMAT_MAX])
{
	unsigned int step = 0;

	while (bytes && step < strlen(size_units) && bytes % 1024 == 0) {
		bytes /= 1024;
		step++;
	}
	snprintf(buf, SIZE_FORMAT_MAX, "%" PRIu64 "%c", bytes,
		 step ? size_units[step - 1] : 'B');
	return buf;
}
