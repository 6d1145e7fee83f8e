// SPDX-License-Identifier: GPL-2.0-or-later
#include "case-file.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"

#define OPENING "-- "
#define CLOSING " --"
#define LINK " -> "
#define ESCAPED " escaped"
#define EXPECTED "expected"

struct reader {
	struct case_file *file;
	const char *path;
	unsigned int line;
};

_printf_(3, 4) static bool complain(const char *path, unsigned int line,
				    const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%u: ", path, line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return false;
}

static bool ends_with(const char *text, size_t length, const char *end)
{
	size_t n = strlen(end);

	return length >= n && strncmp(text + length - n, end, n) == 0;
}

static bool is_header(const char *line)
{
	size_t length = strcspn(line, "\n");

	return strncmp(line, OPENING, strlen(OPENING)) == 0 &&
	       length > strlen(OPENING) + strlen(CLOSING) &&
	       ends_with(line, length, CLOSING);
}

static char *next_line(char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

/* The next header at or after the line @text, else the end of the text. */
static char *find_header(char *text, unsigned int *line)
{
	while (*text && !is_header(text)) {
		text = next_line(text);
		(*line)++;
	}
	return text;
}

/* A file below the root, or one of the parts that have a meaning. */
static bool is_name(const char *name)
{
	static const char *const meanings[] = { "subject", "facts.json",
						EXPECTED };

	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++)
		if (strcmp(name, meanings[i]) == 0)
			return true;
	return *name != '/' && strchr(name, '/') && !strstr(name, "..");
}

/* The byte that stands for what is behind the backslash, which *text passes;
 * -1 for what is no escape. */
static int escaped_byte(char **text)
{
	char *p = (*text)++;

	switch (*p) {
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case '\\':
		return '\\';
	}
	if (*p == 'x' && isxdigit((unsigned char)p[1]) &&
	    isxdigit((unsigned char)p[2])) {
		char digits[] = { p[1], p[2], '\0' };

		*text += 2;
		return (int)strtoul(digits, NULL, 16);
	}
	return -1;
}

/* In place, for it only gets shorter. */
static bool unescape(const struct reader *reader, struct case_part *part)
{
	unsigned int line = part->line;
	char *from = part->text, *to = part->text;

	while (*from) {
		int byte = (unsigned char)*from++;

		if (byte == '\n') {
			line++;
			continue;
		}
		if (byte == '\\')
			byte = escaped_byte(&from);
		if (byte < 0)
			return complain(reader->path, line,
					"no such escape: \\%c", from[-1]);
		*to++ = (char)byte;
	}
	*to = '\0';
	part->size = (size_t)(to - part->text);
	return true;
}

/* Takes "-- NAME[ -> TARGET][ escaped] --" apart. */
static bool read_header(const struct reader *reader, char *header,
			struct case_part *part)
{
	size_t length = strlen(header) - strlen(CLOSING);
	char *target;

	part->escaped = ends_with(header, length, ESCAPED);
	if (part->escaped)
		length -= strlen(ESCAPED);
	header[length] = '\0';
	part->name = header + strlen(OPENING);
	target = strstr(part->name, LINK);
	if (target) {
		*target = '\0';
		part->target = target + strlen(LINK);
	}
	if (!is_name(part->name))
		return complain(reader->path, reader->line,
				"no part is named \"%s\"", part->name);
	if (case_file_find(reader->file, part->name))
		return complain(reader->path, reader->line,
				"a second part \"%s\"", part->name);
	return true;
}

/* Reads the part at the header *text and goes on to the next. The header's
 * first byte becomes the NUL behind the part before it. */
static bool read_part(struct reader *reader, char **text)
{
	struct case_part part = { .line = reader->line + 1 };
	char *header = *text;

	if (reader->file->n_parts == CASE_PARTS_MAX)
		return complain(reader->path, reader->line,
				"more than %d parts", CASE_PARTS_MAX);
	part.text = next_line(header);
	header[strcspn(header, "\n")] = '\0';
	if (!read_header(reader, header, &part))
		return false;
	*header = '\0';
	reader->line++;
	*text = find_header(part.text, &reader->line);
	part.size = (size_t)(*text - part.text);
	if (part.target && part.size > 0)
		return complain(reader->path, part.line, "a link has no text");
	reader->file->parts[reader->file->n_parts++] = part;
	return true;
}

static bool read_parts(struct reader *reader)
{
	struct case_file *file = reader->file;
	char *text = find_header(file->text, &reader->line);

	while (*text)
		if (!read_part(reader, &text))
			return false;
	for (size_t i = 0; i < file->n_parts; i++)
		if (file->parts[i].escaped &&
		    !unescape(reader, &file->parts[i]))
			return false;
	return true;
}

/* The file's text, to be freed; else NULL, and why is printed. */
static char *read_text(const char *path)
{
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	_cleanup_free_ char *text = NULL;
	size_t allocated = 0;
	ssize_t size;

	size = f ? getdelim(&text, &allocated, '\0', f) : -1;
	if (size < 0)
		fprintf(stderr, "%s: %s\n", path,
			f && feof(f) ? "it is empty" : strerror(errno));
	else if (text[size - 1] == '\0')
		fprintf(stderr, "%s: it has a NUL; write it escaped\n", path);
	else
		return TAKE_PTR(text);
	return NULL;
}

bool case_file_read(struct case_file *ret, const char *path)
{
	struct case_file file = { .text = read_text(path) };
	struct reader reader = { .file = &file, .path = path, .line = 1 };

	if (!file.text)
		return false;
	if (!read_parts(&reader)) {
		case_file_done(&file);
		return false;
	}
	*ret = file;
	return true;
}

void case_file_done(struct case_file *file)
{
	free(file->text);
}

struct case_part *case_file_find(struct case_file *file, const char *name)
{
	for (size_t i = 0; i < file->n_parts; i++)
		if (strcmp(file->parts[i].name, name) == 0)
			return &file->parts[i];
	return NULL;
}

void case_file_unpack(const struct case_file *file, const struct tree *tree)
{
	for (size_t i = 0; i < file->n_parts; i++) {
		const struct case_part *part = &file->parts[i];

		if (part->target)
			tree_link(tree, part->name, part->target);
		else
			tree_write(tree, part->name, part->text, part->size,
				   0644);
	}
}

/* The header of the part "expected"; the text's end where there is none. */
static char *find_expected(char *text)
{
	static const char header[] = OPENING EXPECTED CLOSING;
	unsigned int line = 0;

	while (*(text = find_header(text, &line)) &&
	       (strcspn(text, "\n") != strlen(header) ||
		strncmp(text, header, strlen(header)) != 0))
		text = next_line(text);
	return text;
}

bool case_file_update(const char *path, const char *expected)
{
	_cleanup_free_ char *text = read_text(path);
	_cleanup_fclose_ FILE *f = NULL;
	char *start, *rest;
	unsigned int line = 0;

	if (!text)
		return false;
	start = find_expected(text);
	rest = find_header(next_line(start), &line);
	f = fopen(path, "we");
	if (!f || fprintf(f, "%.*s%s" OPENING EXPECTED CLOSING "\n%s%s",
			  (int)(start - text), text,
			  start > text && start[-1] != '\n' ? "\n" : "",
			  expected, rest) < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return false;
	}
	return true;
}
