// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/uuid.h"

#include <ctype.h>
#include <string.h>

#define NO_UUID "00000000-0000-0000-0000-000000000000"

/* Makes it lower case. */
static bool is_uuid(char *text)
{
	size_t i;

	for (i = 0; text[i]; i++) {
		if (i >= strlen(NO_UUID))
			return false;
		if (NO_UUID[i] == '-' ? text[i] != '-'
				      : !isxdigit((unsigned char)text[i]))
			return false;
		text[i] = (char)tolower((unsigned char)text[i]);
	}
	return i == strlen(NO_UUID);
}

void uuid_read(struct facts_reader *reader, const char *dir, char **ret,
	       bool *ret_unknown)
{
	_cleanup_free_ char *line = NULL;
	int r;

	r = reader_line(reader, dir, "uuid", &line);
	if (r < 0) {
		*ret_unknown = !reader_is_absent(r);
		return;
	}
	if (line[0] == '\0' || strcmp(line, NO_UUID) == 0)
		return;
	if (!is_uuid(line)) {
		reader_problem(reader, dir, "uuid", "no UUID");
		*ret_unknown = true;
		return;
	}
	*ret = TAKE_PTR(line);
}
