// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a process has open that pins memory for input and output. io_uring shows
 * which buffers are registered (fdinfo). Of the others it is only seen that
 * they are in use.
 */
#include "facts/pins.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basic/array.h"
#include "basic/cleanup.h"
#include "basic/range.h"
#include "basic/text.h"
#include "basic/utf8.h"
#include "facts/process.h"
#include "facts/root.h"

/* A line of "UserBufs: N" below it: "    0: 0xADDRESS/LENGTH", or
 * "    1: <none>". -EINVAL: it is neither, so the list is over. */
static int add_buffer(const char *line, struct phys_range **ranges, size_t *n)
{
	uint64_t start, length = 0;
	unsigned int number;
	int found;

	found = sscanf(line, " %u: 0x%" SCNx64 "/%" SCNu64, &number, &start,
		       &length);
	if (found <= 0)
		return -EINVAL;
	if (found < 3 || length == 0)
		return 0;
	if (ARRAY_GROW(*ranges, *n) < 0)
		return -ENOMEM;
	(*ranges)[(*n)++] = (struct phys_range){ start, start + length - 1 };
	return 0;
}

static int read_buffers(struct usage_reader *reader, pid_t pid,
			const char *descriptor, struct phys_range **ranges,
			size_t *n)
{
	_cleanup_free_ char *line = NULL, *path = NULL;
	_cleanup_fclose_ FILE *file = NULL;
	bool inside = false;
	size_t room = 0;
	int r;

	path = text_format("proc/%d/fdinfo/%s", pid, descriptor);
	if (!path)
		return -ENOMEM;
	r = root_open_stream(reader->root_fd, path, &file);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	while (getline(&line, &room, file) >= 0) {
		r = inside ? add_buffer(line, ranges, n) : 0;
		if (r == -ENOMEM)
			return r;
		inside = (inside && r == 0) ||
			 strncmp(line, "UserBufs:", 9) == 0;
	}
	return 0;
}

static bool is_pinner(const char *target)
{
	return strncmp(target, "/dev/vfio/", 10) == 0 ||
	       strncmp(target, "/dev/infiniband/", 16) == 0;
}

static int scan_descriptor(struct usage_reader *reader,
			   struct facts_resident *resident,
			   const char *descriptor, struct phys_range **ranges,
			   size_t *n)
{
	_cleanup_free_ char *path = NULL, *target = NULL;
	int r;

	path = text_format("proc/%d/fd/%s", resident->pid, descriptor);
	if (!path)
		return -ENOMEM;
	r = root_read_link(reader->root_fd, path, &target);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	if (strcmp(target, "anon_inode:[io_uring]") == 0)
		return read_buffers(reader, resident->pid, descriptor, ranges,
				    n);
	if (is_pinner(target) && !resident->pinner) {
		utf8_mask(target);
		resident->pinner = TAKE_PTR(target);
	}
	return 0;
}

int pins_read(struct usage_reader *reader, struct facts_resident *resident,
	      struct phys_range **ranges, size_t *n)
{
	_cleanup_closedir_ DIR *stream = NULL;
	char path[PROCESS_PATH_MAX];
	const struct dirent *entry;
	int r;

	snprintf(path, sizeof(path), "proc/%d/fd", resident->pid);
	r = root_open_dir(reader->root_fd, path, &stream);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	while ((entry = readdir(stream))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		r = scan_descriptor(reader, resident, entry->d_name, ranges, n);
		if (r < 0)
			return r;
	}
	resident->pinned_bytes =
		process_read_pinned(reader->root_fd, resident->pid);
	return 0;
}

struct pins_search {
	int root_fd;
	pid_t pid;
	char *command; /* NULL: none was found */
};

static int search_process(void *userdata, pid_t pid)
{
	struct pins_search *search = userdata;
	struct usage_reader reader = { .root_fd = search->root_fd };
	_cleanup_free_ struct phys_range *ranges = NULL;
	struct facts_resident resident = { .pid = pid };
	bool pins;
	size_t n = 0;
	int r;

	if (search->command)
		return 0;
	r = pins_read(&reader, &resident, &ranges, &n);
	pins = n > 0 || resident.pinner;
	free(resident.pinner);
	if (r < 0 || !pins)
		return r;
	search->pid = pid;
	return process_read_command(search->root_fd, pid, &search->command);
}

int pins_find(int root_fd, pid_t *ret_pid, char **ret_command)
{
	struct pins_search search = { .root_fd = root_fd };
	bool all;
	int r = process_each(root_fd, search_process, &search, &all);

	if (r < 0) {
		free(search.command);
		return r;
	}
	*ret_pid = search.pid;
	*ret_command = search.command;
	return 0;
}
