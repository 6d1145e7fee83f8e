// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/block-names.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

char *block_names(const uint64_t *ids, size_t n)
{
	char *text = NULL;
	size_t size;
	FILE *f;

	f = open_memstream(&text, &size);
	if (!f)
		return NULL;
	for (size_t i = 0, end; i < n; i = end + 1) {
		for (end = i; end + 1 < n && ids[end + 1] == ids[end] + 1;)
			end++;
		fprintf(f, "%s%" PRIu64, i ? "," : "memory", ids[i]);
		if (end > i)
			fprintf(f, "-%" PRIu64, ids[end]);
	}
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
