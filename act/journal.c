// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/journal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "basic/array.h"
#include "basic/cleanup.h"
#include "basic/run-dir.h"
#include "basic/text.h"

/* In RUN_DIR. */
#define JOURNAL "journal"
#define BAD_JOURNAL "journal.bad"

/* Old jobs are kept for people to read, up to so many bytes. */
#define TRIM_SIZE (256 * 1024)

/* None that is written here gets longer: it is not read. */
#define SIZE_MAX_READ (64 * 1024 * 1024)

/* Nor a line: the blocks of 8 TiB, each other than the one before. As values
 * of JSON it takes some hundred times as much. */
#define LINE_SIZE_MAX ((size_t)4 * 1024 * 1024)

static void put_json(json_object **object)
{
	json_object_put(*object);
}

#define _cleanup_json_ _cleanup_(put_json)

/* A line is one write(2), so that those of several jobs do not mix; it begins
 * with an end of line, as the one before may have been cut off. */
static int _printf_(2, 3) append(int root_fd, const char *format, ...)
{
	_cleanup_close_ int fd = run_dir_open_file(
		root_fd, JOURNAL, O_WRONLY | O_CREAT | O_APPEND);
	_cleanup_free_ char *text = NULL;
	va_list ap;
	ssize_t n;

	if (fd < 0)
		return fd;
	va_start(ap, format);
	text = text_vformat(format, ap);
	va_end(ap);
	if (!text)
		return -ENOMEM;
	if (strlen(text) > LINE_SIZE_MAX)
		return -E2BIG;
	do {
		n = write(fd, text, strlen(text));
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return (size_t)n == strlen(text) ? 0 : -ENOSPC;
}

int journal_begin(int root_fd, const struct plan *plan,
		  const struct facts_block *before, struct journal *ret)
{
	_cleanup_json_ json_object *line = json_object_new_object();
	struct journal journal = { .root_fd = root_fd };
	struct timespec now;
	int r;

	/* Unique until the machine is booted anew, and then RUN_DIR is. */
	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(journal.id, sizeof(journal.id), "%d-%lld.%09ld", getpid(),
		 (long long)now.tv_sec, now.tv_nsec);
	if (!line ||
	    json_object_object_add(line, "begin",
				   json_object_new_string(journal.id)) < 0)
		return -ENOMEM;
	r = journal_job_write(line, plan, before);
	if (r == 0)
		r = append(root_fd, "\n%s\n",
			   json_object_to_json_string_ext(
				   line, JSON_C_TO_STRING_PLAIN));
	if (r < 0)
		return r;
	*ret = journal;
	return 0;
}

int journal_resume(int root_fd, const struct journal_job *job,
		   struct journal *ret)
{
	*ret = (struct journal){ .root_fd = root_fd };
	memcpy(ret->id, job->id, sizeof(ret->id));
	return append(root_fd, "\n{\"again\":\"%s\"}\n", job->id);
}

int journal_intent(const struct journal *journal, size_t step, bool undo)
{
	return append(journal->root_fd, "\n{\"%s\":\"%s\",\"step\":%zu}\n",
		      undo ? "undo" : "take", journal->id, step);
}

int journal_outcome(const struct journal *journal, size_t step, bool undo,
		    int error)
{
	return append(journal->root_fd,
		      "\n{\"%s\":\"%s\",\"step\":%zu,\"errno\":%d}\n",
		      undo ? "undid" : "took", journal->id, step, -error);
}

int journal_end(int root_fd, const char *id, const char *word)
{
	return append(root_fd, "\n{\"end\":\"%s\",\"outcome\":\"%s\"}\n", id,
		      word);
}

/* All that are read of the journal, and which of them are over. */
struct reading {
	struct journal_jobs jobs;
	bool *over;
	size_t n_blocks; /* of those that are not over */
};

static int read_begin(struct reading *reading, const char *id,
		      json_object *line)
{
	struct journal_jobs *jobs = &reading->jobs;
	struct journal_job job;
	int r;

	/* It is written again as it is. */
	if (strlen(id) >= sizeof(job.id) || id[strspn(id, "0123456789-.")])
		return -EINVAL;
	if (ARRAY_GROW(jobs->jobs, jobs->n) < 0 ||
	    ARRAY_GROW(reading->over, jobs->n) < 0)
		return -ENOMEM;
	r = journal_job_read(line, &job);
	if (r < 0)
		return r;
	/* A block is of one device, and a device has one job. */
	if (job.plan->n_blocks > JOURNAL_BLOCKS_MAX - reading->n_blocks) {
		journal_job_clear(&job);
		return -EINVAL;
	}
	reading->n_blocks += job.plan->n_blocks;
	strcpy(job.id, id);
	reading->over[jobs->n] = false;
	jobs->jobs[jobs->n++] = job;
	return 0;
}

static int read_take(struct reading *reading, size_t i, json_object *line)
{
	struct journal_job *job = &reading->jobs.jobs[i];
	json_object *step = NULL;

	json_object_object_get_ex(line, "step", &step);
	if (!json_object_is_type(step, json_type_int) ||
	    json_object_get_int64(step) < 0 ||
	    json_object_get_uint64(step) >= job->plan->n_steps)
		return -EINVAL;
	job->begun = true;
	job->step = json_object_get_uint64(step);
	return 0;
}

static int read_nothing(struct reading *reading _unused_, size_t i _unused_,
			json_object *line _unused_)
{
	return 0;
}

static int read_again(struct reading *reading, size_t i,
		      json_object *line _unused_)
{
	reading->jobs.jobs[i].attempts++;
	return 0;
}

static int read_end(struct reading *reading, size_t i,
		    json_object *line _unused_)
{
	reading->over[i] = true;
	reading->n_blocks -= reading->jobs.jobs[i].plan->n_blocks;
	journal_job_clear(&reading->jobs.jobs[i]); /* its id, too */
	return 0;
}

static const struct {
	const char *word;
	int (*read)(struct reading *reading, size_t i, json_object *line);
} kinds[] = {
	{ "take", read_take },	  { "took", read_nothing },
	{ "undo", read_nothing }, { "undid", read_nothing },
	{ "again", read_again },  { "end", read_end },
};

/* The last one of this id; SIZE_MAX: there is none. */
static size_t find(const struct journal_jobs *jobs, const char *id)
{
	size_t i = jobs->n;

	while (i-- > 0)
		if (strcmp(jobs->jobs[i].id, id) == 0)
			return i;
	return SIZE_MAX;
}

/* The id behind @word, if the line begins with it; or NULL. */
static const char *id_of(json_object *line, const char *word)
{
	json_object *id = NULL;

	json_object_object_get_ex(line, word, &id);
	return json_object_is_type(id, json_type_string)
		       ? json_object_get_string(id)
		       : NULL;
}

/* Of a job that was left out nothing more is said. */
static int read_object(struct reading *reading, json_object *line)
{
	const char *id = id_of(line, "begin");

	if (id)
		return read_begin(reading, id, line);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t job;

		id = id_of(line, kinds[i].word);
		if (!id)
			continue;
		job = find(&reading->jobs, id);
		return job == SIZE_MAX ? 0 : kinds[i].read(reading, job, line);
	}
	return -EINVAL;
}

/* NULL: it is none, or not whole. */
static json_object *parse_line(const char *text, size_t size)
{
	struct json_tokener *tokener = json_tokener_new();
	json_object *line = NULL;

	if (!tokener)
		return NULL;
	/* JSON_TOKENER_STRICT of json-c 0.18 takes no byte above 0x7f. */
	line = json_tokener_parse_ex(tokener, text, (int)size);
	if (json_tokener_get_parse_end(tokener) != size ||
	    !json_object_is_type(line, json_type_object)) {
		json_object_put(line);
		line = NULL;
	}
	json_tokener_free(tokener);
	return line;
}

static int read_line(struct reading *reading, const char *text, size_t size)
{
	_cleanup_json_ json_object *line = NULL;
	int r;

	if (text[size - 1] != '\n')
		return 0; /* cut off, or being written */
	if (size == 1)
		return 0;
	line = size > LINE_SIZE_MAX ? NULL : parse_line(text, size - 1);
	r = line ? read_object(reading, line) : -EINVAL;
	if (r == -EINVAL)
		reading->jobs.n_senseless++;
	return r == -ENOMEM ? r : 0;
}

static int read_lines(FILE *file, struct reading *reading)
{
	_cleanup_free_ char *text = NULL;
	struct stat st;
	size_t room = 0;
	ssize_t n;
	int r = 0;

	if (fstat(fileno(file), &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size > SIZE_MAX_READ) {
		reading->jobs.n_senseless++;
		return 0;
	}
	while (r == 0 && (n = getline(&text, &room, file)) > 0)
		r = read_line(reading, text, (size_t)n);
	return r;
}

/* Those that are over are left out. */
static void keep_open(struct reading *reading)
{
	struct journal_jobs *jobs = &reading->jobs;
	size_t kept = 0;

	for (size_t i = 0; i < jobs->n; i++)
		if (!reading->over[i])
			jobs->jobs[kept++] = jobs->jobs[i];
	jobs->n = kept;
	free(reading->over);
}

int journal_read(int root_fd, struct journal_jobs *ret)
{
	/* A pipe of this name, too, is opened at once. */
	int fd = run_dir_open_file(root_fd, JOURNAL, O_RDONLY | O_NONBLOCK);
	struct reading reading = { 0 };
	FILE *file;
	int r;

	if (fd == -ENOENT) {
		*ret = (struct journal_jobs){ 0 };
		return 0;
	}
	if (fd < 0)
		return fd;
	file = fdopen(fd, "r");
	if (!file) {
		close(fd);
		return -ENOMEM;
	}
	r = read_lines(file, &reading);
	fclose(file);
	keep_open(&reading);
	if (r < 0)
		journal_jobs_clear(&reading.jobs);
	else
		*ret = reading.jobs;
	return r;
}

void journal_jobs_clear(struct journal_jobs *jobs)
{
	for (size_t i = 0; i < jobs->n; i++)
		journal_job_clear(&jobs->jobs[i]);
	free(jobs->jobs);
	*jobs = (struct journal_jobs){ 0 };
}

int journal_trim(int root_fd, const struct journal_jobs *jobs)
{
	_cleanup_close_ int dir = run_dir_open(root_fd);
	struct stat st;

	assert(jobs->n == 0);
	if (dir < 0)
		return dir;
	if (jobs->n_senseless > 0)
		return renameat(dir, JOURNAL, dir, BAD_JOURNAL) < 0 ? -errno
								    : 1;
	if (fstatat(dir, JOURNAL, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (st.st_size <= TRIM_SIZE)
		return 0;
	return unlinkat(dir, JOURNAL, 0) < 0 ? -errno : 0;
}
