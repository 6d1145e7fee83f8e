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

/* Of a record's first number, which is facility * 8 + level: what the kernel
 * itself says has facility 0. Who writes to /dev/kmsg cannot have that. */
#define KERNEL_PRIORITIES 8

/*
 * What the kernel says of a page that would not move: do_migrate_range(), and
 * dump_page() before and since Linux 6.9, each a whole record. Names of
 * processes and files come in other records, and at the start of some
 * ("NAME[PID]: segfault"), but 15 characters are none of these.
 */
#define PAGE_WORDS                                                         \
	" refcount:%*d mapcount:%*d mapping:%*[0-9a-f(_ptrvl)] index:%*x " \
	"pfn:%" SCNx64 "%n"

/* Returns how long it is; 0: it is none. */
static int read_form(const char *text, uint64_t *ret_pfn)
{
	int end = 0;

	if (sscanf(text, "migrating pfn %" SCNx64 " failed ret:%*d%n", ret_pfn,
		   &end) == 1 &&
	    end > 0)
		return end;
	if (sscanf(text, "page:%*[0-9a-f(_ptrvl)]" PAGE_WORDS, ret_pfn, &end) ==
		    1 &&
	    end > 0)
		return end;
	end = 0;
	return sscanf(text, "page:" PAGE_WORDS, ret_pfn, &end) == 1 ? end : 0;
}

/* The log's clock is not CLOCK_MONOTONIC, which is adjusted as it runs: by so
 * much, and a ten-thousandth of the time since boot, they may differ. */
#define CLOCKS_DIFFER_USEC UINT64_C(2000000)

static uint64_t log_time(uint64_t time)
{
	uint64_t differ = CLOCKS_DIFFER_USEC + time / 10000;

	return time > differ ? time - differ : 0;
}

static bool is_about_page(const char *text, uint64_t *ret_pfn)
{
	int end = read_form(text, ret_pfn);

	return end > 0 && text[end + (int)strspn(text + end, " \n")] == '\0';
}

/* The text of a record "PRIORITY,SEQUENCE,TIME,FLAGS;TEXT" about a page that
 * would not move, since then. NULL: it is about something else. */
static const char *find_page(const char *record, uint64_t since,
			     uint64_t *ret_pfn)
{
	const char *text = strchr(record, ';');
	unsigned int priority;
	uint64_t time;

	if (!text ||
	    sscanf(record, "%u,%*u,%" SCNu64 ",", &priority, &time) != 2 ||
	    priority >= KERNEL_PRIORITIES || time < since)
		return NULL;
	return is_about_page(++text, ret_pfn) ? text : NULL;
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
	const uint64_t since = log_time(reader->since);
	_cleanup_free_ char *line = NULL, *last = NULL;
	uint64_t pfn, last_pfn = 0;
	const char *text;
	size_t room = 0;

	while (next_record(log, &line, &room)) {
		text = find_page(line, since, &pfn);
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
