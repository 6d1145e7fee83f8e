// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/lease/fifo.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/run-dir.h"
#include "broker/lease/lease.h"

/* More than a pipe holds, for each turn. */
#define READS_MAX 64
#define READ_SIZE 65536

static int open_existing(int root_fd)
{
	return run_dir_open_file(root_fd, RUN_LEASES, O_RDONLY | O_DIRECTORY);
}

static int open_directory(int root_fd)
{
	_cleanup_close_ int run = run_dir_open(root_fd);

	if (run < 0)
		return run;
	if (mkdirat(run, RUN_LEASES, 0700) < 0 && errno != EEXIST)
		return -errno;
	return open_existing(root_fd);
}

static int open_end(int directory, const char *name, int flags)
{
	_cleanup_close_ int fd =
		openat(directory, name, flags | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	return S_ISFIFO(st.st_mode) ? TAKE_FD(fd) : -EINVAL;
}

int lease_fifo_make(int root_fd, uint64_t id, int *ret_reader, int *ret_writer)
{
	_cleanup_close_ int directory = open_directory(root_fd);
	_cleanup_close_ int reader = -1;
	char name[LEASE_ID_MAX];
	int writer;

	if (directory < 0)
		return directory;
	lease_id_format(id, name);
	if (unlinkat(directory, name, 0) < 0 && errno != ENOENT)
		return -errno;
	if (mkfifoat(directory, name, 0600) < 0)
		return -errno;
	reader = open_end(directory, name, O_RDONLY | O_NONBLOCK);
	writer = reader < 0 ? reader
			    : open_end(directory, name, O_WRONLY | O_NONBLOCK);
	if (writer < 0) {
		unlinkat(directory, name, 0);
		return writer;
	}
	*ret_reader = TAKE_FD(reader);
	*ret_writer = writer;
	return 0;
}

int lease_fifo_open(int root_fd, uint64_t id)
{
	_cleanup_close_ int directory = open_existing(root_fd);
	char name[LEASE_ID_MAX];

	if (directory < 0)
		return directory;
	return open_end(directory, lease_id_format(id, name),
			O_RDONLY | O_NONBLOCK);
}

bool lease_fifo_has_writer(int reader)
{
	_cleanup_free_ char *waste = malloc(READ_SIZE);
	ssize_t n = 1;

	/* Whom this cannot ask has it still. */
	if (!waste)
		return true;
	for (size_t i = 0; i < READS_MAX && n > 0; i++) {
		n = read(reader, waste, READ_SIZE);
		if (n < 0 && errno == EINTR)
			n = 1;
	}
	return n != 0;
}

void lease_fifo_remove(int root_fd, uint64_t id)
{
	_cleanup_close_ int directory = open_existing(root_fd);
	char name[LEASE_ID_MAX];

	if (directory >= 0)
		unlinkat(directory, lease_id_format(id, name), 0);
}

static bool is_of_grant(const struct policy_grants *grants, const char *name)
{
	char id[LEASE_ID_MAX];

	for (size_t i = 0; i < grants->n; i++)
		if (strcmp(lease_id_format(grants->items[i].id, id), name) == 0)
			return true;
	return false;
}

void lease_fifo_trim(int root_fd, const struct policy_grants *grants)
{
	_cleanup_closedir_ DIR *dir = NULL;
	int fd = open_existing(root_fd);
	const struct dirent *entry;

	if (fd < 0)
		return;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return;
	}
	while ((entry = readdir(dir)))
		if (!is_of_grant(grants, entry->d_name))
			unlinkat(fd, entry->d_name, 0);
}
