// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/suspects.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/text.h"
#include "facts/page-flags.h"
#include "facts/root.h"

/* Records are up to this long (CONSOLE_EXT_LOG_MAX); one read(2) gives one. */
#define RECORD_MAX 8192

static int add_suspect(struct usage_reader *reader, uint64_t pfn,
		       const char *words)
{
	struct facts_usage *usage = reader->usage;
	struct facts_suspect *suspect;

	assert(usage->n_suspects < ARRAY_SIZE(usage->suspects));
	suspect = &usage->suspects[usage->n_suspects];
	suspect->words = strdup(words);
	if (!suspect->words)
		return -ENOMEM;
	suspect->words[strcspn(suspect->words, "\n")] = '\0';
	suspect->pfn = pfn;
	suspect->kind = page_flags_kind(reader, pfn);
	usage->n_suspects++;
	return 0;
}

/* kmod/Documentation/ABI/testing/sysfs-bus-dax-kmem */
static int read_last_error(struct usage_reader *reader)
{
	struct facts_usage *usage = reader->usage;
	_cleanup_free_ char *path = NULL;
	const char *word;
	uint64_t pfn;
	int r;

	path = text_format("sys/bus/dax/devices/%s/last_error",
			   reader->device->name);
	if (!path)
		return -ENOMEM;
	r = root_read_line(reader->root_fd, path, &usage->last_error);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	if (strcmp(usage->last_error, "none") == 0) {
		free(TAKE_PTR(usage->last_error));
		return 0;
	}
	word = strstr(usage->last_error, " pfn=");
	if (!word || sscanf(word, " pfn=%" SCNx64, &pfn) != 1)
		return 0;
	return add_suspect(reader, pfn, usage->last_error);
}

/*
 * The text of a record "PRIORITY,SEQUENCE,TIME,FLAGS;TEXT" about a page that
 * would not move: do_migrate_range() says "migrating pfn X failed", and
 * dump_page() has "pfn:X" in it. NULL: it is about something else.
 */
static const char *find_page(const char *record, uint64_t *ret_pfn)
{
	const char *text = strchr(record, ';'), *word;

	if (!text)
		return NULL;
	word = strstr(++text, "migrating pfn ");
	if (word && sscanf(word, "migrating pfn %" SCNx64, ret_pfn) == 1)
		return text;
	word = strstr(text, " pfn:0x");
	if (word && strncmp(text, "page:", 5) == 0 &&
	    sscanf(word, " pfn:%" SCNx64, ret_pfn) == 1)
		return text;
	return NULL;
}

/* The next record: false at the end. */
static bool next_record(FILE *log, char **line, size_t *room)
{
	do {
		clearerr(log);
		errno = 0;
		if (getline(line, room, log) >= 0)
			return true;
	} while (errno == EPIPE); /* records were lost, more follow */
	return false;
}

/* The last page of the device in the log. */
static int read_log(struct usage_reader *reader, FILE *log)
{
	_cleanup_free_ char *line = NULL, *last = NULL;
	uint64_t pfn, last_pfn = 0;
	const char *text;
	size_t room = 0;

	while (next_record(log, &line, &room)) {
		text = find_page(line, &pfn);
		if (!text || !page_flags_block(reader, pfn))
			continue;
		free(last);
		last = strdup(text);
		if (!last)
			return -ENOMEM;
		last_pfn = pfn;
	}
	return last ? add_suspect(reader, last_pfn, last) : 0;
}

int suspects_read(struct usage_reader *reader)
{
	_cleanup_fclose_ FILE *log = NULL;
	char buffer[RECORD_MAX];
	int r;

	r = read_last_error(reader);
	if (r < 0)
		return r;
	r = root_open_stream(reader->root_fd, "dev/kmsg", &log);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	setvbuf(log, buffer, _IOFBF, sizeof(buffer));
	r = read_log(reader, log);
	fclose(TAKE_PTR(log)); /* before its buffer goes */
	return r;
}
