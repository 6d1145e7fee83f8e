// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/syntax/ini.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static const char blanks[] = " \t";
static const char byte_order_mark[] = "\xef\xbb\xbf";

int ini_reader_init(struct ini_reader *reader, const char *text, size_t size)
{
	const size_t mark = sizeof(byte_order_mark) - 1;

	if (size >= mark && memcmp(text, byte_order_mark, mark) == 0) {
		text += mark;
		size -= mark;
	}
	*reader = (struct ini_reader){ .buffer = malloc(size + 1) };
	if (!reader->buffer)
		return -ENOMEM;
	memcpy(reader->buffer, text, size);
	reader->buffer[size] = '\0';
	reader->rest = reader->buffer;
	return 0;
}

void ini_reader_done(struct ini_reader *reader)
{
	free(reader->buffer);
	*reader = (struct ini_reader){ .buffer = NULL };
}

static char *skip_blanks(char *p)
{
	return p + strspn(p, blanks);
}

static void cut_blanks(char *start)
{
	char *end = start + strlen(start);

	while (end > start && strchr(blanks, end[-1]))
		end--;
	*end = '\0';
}

/* Cuts the next line off the rest; NULL at the end. */
static char *take_line(struct ini_reader *reader)
{
	char *line = reader->rest, *end;

	if (!line)
		return NULL;
	end = strchr(line, '\n');
	if (end) {
		reader->rest = end + 1;
		*end = '\0';
		if (end > line && end[-1] == '\r')
			end[-1] = '\0';
	} else {
		reader->rest = NULL;
	}
	reader->line++;
	reader->line_start = line;
	return skip_blanks(line);
}

/* An odd number of backslashes stands at the end of @length bytes. */
static bool goes_on(const char *line, size_t length)
{
	size_t n = 0;

	while (n < length && line[length - n - 1] == '\\')
		n++;
	return n % 2 == 1;
}

/* Takes a line and those that it goes on with, moved together in the buffer;
 * comments are left out. NULL at the end. */
static char *take_joined_line(struct ini_reader *reader, struct ini_item *item)
{
	char *joined = NULL, *end = NULL, *line;

	while ((line = take_line(reader))) {
		size_t length = strlen(line);

		if (*line == '#' || *line == ';')
			continue;
		if (!joined) {
			joined = end = line;
			item->line = reader->line;
			item->column =
				(unsigned int)(line - reader->line_start) + 1;
			item->width = item->column + (unsigned int)length;
		}
		memmove(end, line, length + 1);
		if (!goes_on(end, length))
			break;
		end += length;
		end[-1] = ' ';
	}
	if (!joined)
		return NULL;
	cut_blanks(joined);
	return skip_blanks(joined);
}

static void read_section(char *line, struct ini_item *item)
{
	size_t length = strlen(line);

	item->kind = INI_FAULT;
	item->name = line;
	item->value = "a section starts with [NAME] on a line of its own";
	if (length < 3 || line[length - 1] != ']' ||
	    strcspn(line + 1, "[]") != length - 2)
		return;
	line[length - 1] = '\0';
	item->kind = INI_SECTION;
	item->name = line + 1;
	item->column++;
}

static void read_assignment(char *line, struct ini_item *item)
{
	char *equals = strchr(line, '=');

	item->name = line;
	if (!equals || equals == line) {
		item->kind = INI_FAULT;
		item->value = "a setting reads KEY=VALUE";
		return;
	}
	*equals = '\0';
	cut_blanks(line);
	item->kind = INI_ASSIGNMENT;
	item->value = skip_blanks(equals + 1);
}

int ini_next(struct ini_reader *reader, struct ini_item *ret)
{
	char *line;

	do {
		*ret = (struct ini_item){ .line = 0 };
		line = take_joined_line(reader, ret);
		if (!line)
			return 0;
	} while (!*line);
	if (*line == '[')
		read_section(line, ret);
	else
		read_assignment(line, ret);
	return 1;
}

unsigned int ini_column(const struct ini_item *item, const char *at)
{
	size_t column = item->column + (size_t)(at - item->name);

	return column < item->width ? (unsigned int)column : 0;
}
