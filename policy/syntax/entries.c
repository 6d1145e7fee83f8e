// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/syntax/entries.h"

#include <errno.h>
#include <string.h>

#include "basic/array.h"
#include "basic/cleanup.h"
#include "basic/text.h"
#include "policy/syntax/trusted.h"

void entries_done(struct entries *entries)
{
	for (size_t i = 0; i < entries->n_items; i++) {
		free(entries->items[i].name);
		free(entries->items[i].path);
	}
	free(entries->items);
	*entries = (struct entries){ NULL };
}

bool entries_have(const struct entries *entries, const char *name)
{
	for (size_t i = 0; i < entries->n_items; i++)
		if (strcmp(entries->items[i].name, name) == 0)
			return true;
	return false;
}

int entries_add_name(struct entries *entries, const char *directory,
		     const char *name)
{
	_cleanup_free_ char *path = text_format("%s/%s", directory, name);
	_cleanup_free_ char *copy = strdup(name);

	if (entries_have(entries, name))
		return 0;
	if (!copy || !path || ARRAY_GROW(entries->items, entries->n_items) < 0)
		return -ENOMEM;
	entries->items[entries->n_items++] = (struct entry){
		.name = TAKE_PTR(copy),
		.path = TAKE_PTR(path),
	};
	return 0;
}

static int read_failure(int error, char **ret_fault)
{
	*ret_fault = text_format("cannot be read: %s", strerror(error));
	return *ret_fault ? -EINVAL : -ENOMEM;
}

int entries_add(struct entries *entries, int root_fd, const char *directory,
		const char *suffix, unsigned int trusted_uid, char **ret_fault)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	int fd, r;

	fd = trusted_open_directory(root_fd, directory, trusted_uid, ret_fault);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	for (errno = 0; (entry = readdir(dir)); errno = 0) {
		if (entry->d_name[0] == '.' ||
		    !text_ends_with(entry->d_name, suffix))
			continue;
		r = entries_add_name(entries, directory, entry->d_name);
		if (r < 0)
			return r;
	}
	return errno ? read_failure(errno, ret_fault) : 0;
}

static int compare(const void *a, const void *b)
{
	const struct entry *one = a, *other = b;

	return strcmp(one->name, other->name);
}

void entries_sort(struct entries *entries)
{
	if (entries->n_items > 0)
		qsort(entries->items, entries->n_items, sizeof(*entries->items),
		      compare);
}
