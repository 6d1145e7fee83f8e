// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/history.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/run-dir.h"
#include "basic/text.h"
#include "basic/utf8.h"

/* In RUN_DIR. */
#define FILE_NAME "history"
#define NEW_NAME "history.new"
/* It is written anew when it has so many lines; what is longer was not written
 * by a daemon, and is not read. */
#define LINES_MAX (4 * HISTORY_MAX)
#define SIZE_MAX_READ (LINES_MAX * 16384)

static void put_json(json_object **object)
{
	json_object_put(*object);
}

#define _cleanup_json_ _cleanup_(put_json)

static void entry_clear(struct history_entry *entry)
{
	free(entry->line);
	free(entry->device);
	free(entry->what);
	*entry = (struct history_entry){ 0 };
}

void history_clear(struct history *history)
{
	for (size_t i = 0; i < HISTORY_MAX; i++)
		entry_clear(&history->entries[i]);
	history->n = history->first = 0;
}

static const char *text_of(json_object *job, const char *fact)
{
	json_object *value = json_object_object_get(job, fact);

	return json_object_is_type(value, json_type_string)
		       ? json_object_get_string(value)
		       : "";
}

/* Whether it was refused for the same before, most of all. */
static int entry_read(struct history_entry *entry, const char *line,
		      json_object *job)
{
	*entry = (struct history_entry){
		.line = strdup(line),
		.device = strdup(text_of(job, "device")),
		.what = text_format("%s %s", text_of(job, "job_outcome"),
				    text_of(job, "message")),
	};
	if (entry->line && entry->device && entry->what)
		return 0;
	entry_clear(entry);
	return -ENOMEM;
}

/* Takes @entry over, for the oldest one where there are HISTORY_MAX. */
static void push(struct history *history, const struct history_entry *entry)
{
	size_t at = (history->first + history->n) % HISTORY_MAX;

	entry_clear(&history->entries[at]);
	history->entries[at] = *entry;
	if (history->n < HISTORY_MAX)
		history->n++;
	else
		history->first = (history->first + 1) % HISTORY_MAX;
}

static const struct history_entry *at(const struct history *history, size_t i)
{
	return &history->entries[(history->first + i) % HISTORY_MAX];
}

const struct history_entry *history_get(const struct history *history, size_t i,
					const char *device)
{
	const struct history_entry *entry = at(history, i);

	return !device[0] || strcmp(entry->device, device) == 0 ? entry : NULL;
}

static json_object *parse(const char *line)
{
	json_object *job = json_tokener_parse(line);

	if (json_object_is_type(job, json_type_object))
		return job;
	json_object_put(job);
	return NULL;
}

static void take_line(struct history *history, char *line)
{
	_cleanup_json_ json_object *job = NULL;
	struct history_entry entry;

	line[strcspn(line, "\n")] = '\0';
	history->n_lines++;
	job = parse(line);
	if (job && entry_read(&entry, line, job) == 0)
		push(history, &entry);
}

void history_load(struct history *history, int root_fd)
{
	_cleanup_fclose_ FILE *f = NULL;
	_cleanup_free_ char *line = NULL;
	size_t room = 0;
	struct stat st;
	int fd;

	*history = (struct history){ .root_fd = root_fd };
	/* A pipe of this name, too, is opened at once. */
	fd = run_dir_open_file(root_fd, FILE_NAME, O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		return;
	f = fdopen(fd, "r");
	if (!f) {
		close(fd);
		return;
	}
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_size > SIZE_MAX_READ) {
		history->n_lines = LINES_MAX;
		return;
	}
	while (getline(&line, &room, f) > 0)
		take_line(history, line);
}

static int write_line(int fd, const char *line)
{
	_cleanup_free_ char *text = text_format("%s\n", line);
	ssize_t n;

	if (!text)
		return -ENOMEM;
	n = write(fd, text, strlen(text));
	if (n < 0)
		return -errno;
	return (size_t)n == strlen(text) ? 0 : -ENOSPC;
}

/* Those that are kept, in a file of their own that takes the other's place. */
static int rewrite(struct history *history)
{
	_cleanup_close_ int folder = run_dir_open(history->root_fd);
	_cleanup_close_ int fd = run_dir_open_file(
		history->root_fd, NEW_NAME, O_WRONLY | O_CREAT | O_TRUNC);
	int r = fd < 0 ? fd : folder < 0 ? folder : 0;

	for (size_t i = 0; i < history->n && r == 0; i++)
		r = write_line(fd, at(history, i)->line);
	if (r == 0 && renameat(folder, NEW_NAME, folder, FILE_NAME) < 0)
		r = -errno;
	if (r == 0)
		history->n_lines = history->n;
	return r;
}

static int append(struct history *history, const char *line)
{
	_cleanup_close_ int fd = -1;

	if (history->n_lines >= LINES_MAX)
		return rewrite(history);
	fd = run_dir_open_file(history->root_fd, FILE_NAME,
			       O_WRONLY | O_CREAT | O_APPEND);
	if (fd < 0)
		return fd;
	history->n_lines++;
	return write_line(fd, line);
}

static void add_fact(const char *name, const char *value, bool is_number,
		     void *userdata)
{
	json_object *job = userdata;
	_cleanup_free_ char *copy = strdup(value);

	if (!copy)
		return;
	/* JSON is UTF-8, names of files and processes are any bytes. */
	utf8_repair(copy);
	json_object_object_add(
		job, name,
		is_number ? json_object_new_uint64(strtoull(copy, NULL, 10))
			  : json_object_new_string(copy));
}

/* Memory that is in use may be tried at each event. */
static bool is_news(const struct history *history,
		    const struct history_entry *entry)
{
	if (!text_starts_with(entry->what, "refused "))
		return true;
	for (size_t i = history->n; i-- > 0;)
		if (strcmp(at(history, i)->device, entry->device) == 0)
			return strcmp(at(history, i)->what, entry->what) != 0;
	return true;
}

int history_add(struct history *history, const struct job_record *job)
{
	_cleanup_json_ json_object *object = NULL;
	struct history_entry entry;
	int r;

	if (!job->begun_at || strcmp(job->outcome, "preempted") == 0)
		return 0;
	object = json_object_new_object();
	if (!object)
		return -ENOMEM;
	job_record_facts(job, true, add_fact, object);
	r = entry_read(
		&entry,
		json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN),
		object);
	if (r < 0)
		return r;
	if (!is_news(history, &entry)) {
		entry_clear(&entry);
		return 0;
	}
	push(history, &entry);
	return append(history, entry.line);
}

void history_facts(const struct history_entry *entry, bool processes,
		   act_fact_fn fact, void *userdata)
{
	_cleanup_json_ json_object *job = parse(entry->line);
	char number[24];

	if (!job)
		return;
	json_object_object_foreach(job, name, value)
	{
		if (!processes && strcmp(name, "blocker") == 0)
			continue;
		if (json_object_is_type(value, json_type_string)) {
			fact(name, json_object_get_string(value), false,
			     userdata);
		} else if (json_object_is_type(value, json_type_int)) {
			snprintf(number, sizeof(number), "%" PRIu64,
				 json_object_get_uint64(value));
			fact(name, number, true, userdata);
		}
	}
}
