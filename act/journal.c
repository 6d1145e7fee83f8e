// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "plan/step.h"

static const char run_dir[] = RUN_DIR;
static const char journal_file[] = RUN_DIR "/journal";

/* Old jobs are kept to be looked at, up to so many bytes. */
#define TRIM_SIZE (256 * 1024)

static int open_journal(int root_fd)
{
	int fd;

	if (mkdirat(root_fd, &run_dir[1], 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(root_fd, &journal_file[1],
		    O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	return fd < 0 ? -errno : fd;
}

/* One write(2), so that lines of several jobs do not mix. */
static int append(int root_fd, const char *text, size_t size)
{
	_cleanup_close_ int fd = open_journal(root_fd);
	ssize_t n;

	if (fd < 0)
		return fd;
	do {
		n = write(fd, text, size);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return (size_t)n == size ? 0 : -ENOSPC;
}

static int _printf_(2, 3) append_line(int root_fd, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vasprintf(&text, format, ap);
	va_end(ap);
	if (n < 0) {
		text = NULL;
		return -ENOMEM;
	}
	return append(root_fd, text, (size_t)n);
}

static void put_word(FILE *f, const char *word)
{
	fputc(' ', f);
	if (!word || !*word)
		fputc('-', f);
	for (; word && *word; word++)
		if (*word <= ' ' || *word == '%')
			fprintf(f, "%%%02x", (unsigned char)*word);
		else
			fputc(*word, f);
}

static bool same_run(const struct facts_block *a, const struct facts_block *b)
{
	return b->id == a->id + 1 && b->state == a->state && b->zone == a->zone;
}

static void put_blocks(FILE *f, const char *id, const struct plan *plan,
		       const struct facts_block *before)
{
	for (size_t i = 0, end; i < plan->n_blocks; i = end + 1) {
		for (end = i; end + 1 < plan->n_blocks &&
			      same_run(&before[end], &before[end + 1]);)
			end++;
		fprintf(f, "block %s %" PRIu64 " %" PRIu64 " %s %s\n", id,
			plan->blocks[i], plan->blocks[end],
			facts_block_state_name(before[i].state),
			facts_zone_name(before[i].zone));
	}
}

/* A word, as all others. */
static void put_shape(FILE *f, const struct plan_shape *shape)
{
	fprintf(f, " %" PRIu64, shape->align);
	for (size_t i = 0; i < shape->n_ranges; i++)
		fprintf(f, ",0x%" PRIx64 "-0x%" PRIx64, shape->ranges[i].start,
			shape->ranges[i].end);
}

static void put_job(FILE *f, const char *id, const struct plan *plan,
		    const struct facts_block *before)
{
	/* On a line of its own, if the one before was cut off. */
	fprintf(f, "\nbegin %s", id);
	put_word(f, plan->device);
	put_word(f, plan->identity);
	put_word(f, plan->region);
	put_word(f, plan->from_driver);
	fprintf(f, " %d %" PRIu64 "\n", plan->target_node, plan->block_size);
	put_blocks(f, id, plan, before);
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];

		fprintf(f, "step %s %zu %s", id, i,
			plan_step_kind_name(step->kind));
		put_word(f, step->driver);
		put_word(f, policy_zone_name(step->zone));
		put_word(f, step->device);
		put_shape(f, &step->before);
		put_shape(f, &step->after);
		fprintf(f, " %d\n", step->memmap);
	}
}

int journal_begin(int root_fd, const struct plan *plan,
		  const struct facts_block *before, struct journal *ret)
{
	struct journal journal = { .root_fd = root_fd };
	_cleanup_free_ char *text = NULL;
	struct timespec now;
	size_t size;
	FILE *f;
	int r;

	/* Unique until the machine is booted anew, and then RUN_DIR is. */
	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(journal.id, sizeof(journal.id), "%d-%lld.%09ld", getpid(),
		 (long long)now.tv_sec, now.tv_nsec);
	f = open_memstream(&text, &size);
	if (!f)
		return -ENOMEM;
	put_job(f, journal.id, plan, before);
	if (fclose(f) != 0)
		return -ENOMEM;
	r = append(root_fd, text, size);
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
	return append_line(root_fd, "\nagain %s\n", job->id);
}

int journal_intent(const struct journal *journal, size_t step, bool undo)
{
	return append_line(journal->root_fd, "%s %s %zu\n",
			   undo ? "undo" : "take", journal->id, step);
}

int journal_outcome(const struct journal *journal, size_t step, bool undo,
		    int error)
{
	return append_line(journal->root_fd, "%s %s %zu %d\n",
			   undo ? "undid" : "took", journal->id, step, -error);
}

int journal_end(int root_fd, const char *id, const char *word)
{
	return append_line(root_fd, "\nend %s %s\n", id, word);
}

void journal_trim(int root_fd)
{
	_cleanup_close_ int fd = openat(root_fd, &journal_file[1],
					O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	/* A journal that stays long does no harm. */
	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > TRIM_SIZE &&
	    ftruncate(fd, 0) < 0)
		return;
}
