// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/users.h"

#include <limits.h>
#include <stdio.h>

#include "basic/parse.h"
#include "facts/root.h"

static int read_switch(struct facts_reader *reader, const char *dir,
		       const char *name)
{
	uint64_t value;

	if (reader_u64(reader, dir, name, &value) < 0)
		return -1;
	if (value <= 1)
		return (int)value;
	reader_problem(reader, dir, name, "neither 0 nor 1");
	return -1;
}

void users_read(struct facts_reader *reader, const char *dir,
		struct facts_device *device)
{
	struct facts_users *users = &device->users;

	if (reader_u64(reader, dir, "users/openers", &users->openers) < 0)
		return;
	users->known = true;
	users->rechecks = reader_exists(reader, dir, "users/denied");
	reader_u64(reader, dir, "users/mappings", &users->mappings);
	reader_u64(reader, dir, "users/mapped_bytes", &users->mapped_bytes);
	reader_u64(reader, dir, "poisoned_pages", &users->poisoned_pages);
	reader_line(reader, dir, "drain", &users->drain);
	users->exclusive = read_switch(reader, dir, "exclusive");
	users->dontfork = read_switch(reader, dir, "dontfork");
}

static int load_pins(int root_fd, struct facts_device *device)
{
	_cleanup_free_ char *line = NULL;
	char path[PATH_MAX];
	int r;

	if (!device->users.known)
		return 0;
	if (snprintf(path, sizeof(path), "sys%s/users/pinned_pages",
		     device->path) >= PATH_MAX)
		return -ENAMETOOLONG;
	r = root_read_line(root_fd, path, &line);
	if (reader_is_absent(r))
		return 0;
	return r < 0 ? r : parse_u64(line, &device->users.pinned_pages);
}

int facts_users_load_pins(int root_fd, struct facts_snapshot *snapshot)
{
	int r = 0;

	for (size_t i = 0; i < snapshot->n_devices && r == 0; i++)
		r = load_pins(root_fd, &snapshot->devices[i]);
	return r;
}
