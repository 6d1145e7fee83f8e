// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/reader.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "basic/array.h"
#include "basic/parse.h"
#include "basic/text.h"
#include "basic/uuid.h"
#include "facts/root.h"

/* A tree of nonsense has a problem per file: the first ones are enough. */
#define PROBLEMS_MAX 256

void reader_check(struct facts_reader *reader, int r)
{
	if (r == -ENOMEM || r == -EMFILE || r == -ENFILE)
		reader->error = r;
}

void reader_require(struct facts_reader *reader, int r)
{
	if (r < 0 && r != -ENOENT)
		reader->error = r;
}

/* @text is given away, and NULL when memory ran out. */
static void add_problem(struct facts_reader *reader, char *text)
{
	struct facts_snapshot *s = reader->snapshot;

	if (!text || ARRAY_GROW(s->problems, s->n_problems) < 0) {
		reader->error = -ENOMEM;
		free(text);
		return;
	}
	s->problems[s->n_problems++] = text;
}

void reader_problem(struct facts_reader *reader, const char *dir,
		    const char *name, const char *what)
{
	if (reader->snapshot->n_problems > PROBLEMS_MAX)
		return;
	if (reader->snapshot->n_problems == PROBLEMS_MAX) {
		add_problem(reader,
			    strdup("there are more problems than these"));
		return;
	}
	add_problem(reader, text_format("/%s%s%s: %s", dir ? dir : "",
					dir ? "/" : "", name, what));
}

static const char *problem_text(int r)
{
	switch (r) {
	case -EINVAL:
		return "not of the expected form";
	case -ERANGE:
		return "the number is too large";
	case -EFBIG:
		return "longer than any attribute";
	case -ELOOP:
		return "a loop of symbolic links";
	case -EISDIR:
		return "a directory, not an attribute";
	default:
		return NULL;
	}
}

/* Takes note of the outcome of a read of a file and returns it. */
static int note(struct facts_reader *reader, const char *dir, const char *name,
		int r)
{
	const char *what = problem_text(r);

	reader_check(reader, r);
	if (what)
		reader_problem(reader, dir, name, what);
	return r;
}

static int join(const char *dir, const char *name, char path[PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%s%s%s", dir ? dir : "",
			 dir ? "/" : "", name);

	return n < 0 || n >= PATH_MAX ? -ENAMETOOLONG : 0;
}

int reader_u64(struct facts_reader *reader, const char *dir, const char *name,
	       uint64_t *ret)
{
	char path[PATH_MAX];
	int r = join(dir, name, path);

	if (r == 0)
		r = root_read_u64(reader->root_fd, path, ret);
	return note(reader, dir, name, r);
}

int reader_int(struct facts_reader *reader, const char *dir, const char *name,
	       int *ret)
{
	char path[PATH_MAX];
	int r = join(dir, name, path);

	if (r == 0)
		r = root_read_int(reader->root_fd, path, ret);
	return note(reader, dir, name, r);
}

int reader_line(struct facts_reader *reader, const char *dir, const char *name,
		char **ret)
{
	char path[PATH_MAX];
	int r = join(dir, name, path);

	if (r == 0)
		r = root_read_line(reader->root_fd, path, ret);
	return note(reader, dir, name, r);
}

int reader_text(struct facts_reader *reader, const char *dir, const char *name,
		char **ret)
{
	char path[PATH_MAX];
	int r = join(dir, name, path);

	if (r == 0)
		r = root_read_text(reader->root_fd, path, ret);
	return note(reader, dir, name, r);
}

int reader_link_name(struct facts_reader *reader, const char *dir,
		     const char *name, char **ret)
{
	char path[PATH_MAX];
	int r = join(dir, name, path);

	if (r == 0)
		r = root_read_link_name(reader->root_fd, path, ret);
	return note(reader, dir, name, r);
}

bool reader_exists(struct facts_reader *reader, const char *dir,
		   const char *name)
{
	_cleanup_close_ int fd = -1;
	char path[PATH_MAX];

	if (join(dir, name, path) < 0)
		return false;
	fd = root_open(reader->root_fd, path, O_PATH);
	reader_check(reader, fd);
	return fd >= 0;
}

int reader_numbered(struct facts_reader *reader, const char *dir,
		    const char *prefix,
		    void (*found)(struct facts_reader *reader, uint64_t number,
				  void *data),
		    void *data)
{
	_cleanup_closedir_ DIR *stream = NULL;
	const struct dirent *entry;
	uint64_t number;
	int r;

	r = root_open_dir(reader->root_fd, dir, &stream);
	reader_check(reader, r);
	if (r < 0)
		return r;
	while ((entry = readdir(stream)))
		if (parse_numbered(entry->d_name, prefix, &number))
			found(reader, number, data);
	return 0;
}

void reader_uuid(struct facts_reader *reader, const char *dir, char **ret,
		 bool *ret_unknown)
{
	_cleanup_free_ char *line = NULL;
	sd_id128_t uuid;
	int r;

	r = reader_line(reader, dir, "uuid", &line);
	if (r < 0) {
		*ret_unknown = !reader_is_absent(r);
		return;
	}
	if (line[0] == '\0')
		return;
	if (uuid_parse(line, &uuid) < 0) {
		reader_problem(reader, dir, "uuid", "no UUID");
		*ret_unknown = true;
		return;
	}
	if (sd_id128_is_null(uuid))
		return;
	uuid_format(uuid, line); /* as long as what stood there */
	*ret = TAKE_PTR(line);
}

void reader_performance(struct facts_reader *reader, const char *dir,
			struct facts_performance *performance)
{
	reader_u64(reader, dir, "read_bandwidth", &performance->read_bandwidth);
	reader_u64(reader, dir, "write_bandwidth",
		   &performance->write_bandwidth);
	reader_u64(reader, dir, "read_latency", &performance->read_latency);
	reader_u64(reader, dir, "write_latency", &performance->write_latency);
}
