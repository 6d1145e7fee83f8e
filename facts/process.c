// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/process.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"
#include "basic/utf8.h"
#include "facts/root.h"

int process_each(int root_fd, int (*found)(void *userdata, pid_t pid),
		 void *userdata, bool *ret_all)
{
	_cleanup_closedir_ DIR *stream = NULL;
	const struct dirent *entry;
	bool first_seen = false;
	uint64_t pid;
	int r;

	r = root_open_dir(root_fd, "proc", &stream);
	if (r < 0)
		return r;
	while ((entry = readdir(stream))) {
		if (!parse_numbered(entry->d_name, "", &pid) || pid > INT_MAX)
			continue;
		first_seen |= pid == 1;
		r = found(userdata, (pid_t)pid);
		if (r < 0)
			return r;
	}
	*ret_all = first_seen;
	return 0;
}

int process_read_command(int root_fd, pid_t pid, char **ret)
{
	char path[PROCESS_PATH_MAX], *command;
	int r;

	snprintf(path, sizeof(path), "proc/%d/comm", pid);
	r = root_read_line(root_fd, path, &command);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		command = strdup("?");
	if (!command)
		return -ENOMEM;
	utf8_mask(command);
	*ret = command;
	return 0;
}

/* The path in a line of /proc/PID/cgroup, which is "ID:CONTROLLERS:PATH" */
static const char *cgroup_of_line(const char *line)
{
	const char *path = strchr(line, ':');

	if (path &&
	    (strncmp(line, "0::", 3) == 0 || strncmp(path, ":memory:", 8) == 0))
		return strchr(path + 1, ':') + 1;
	return NULL;
}

int process_read_cgroup(int root_fd, pid_t pid, char **ret)
{
	_cleanup_free_ char *line = NULL, *found = NULL;
	_cleanup_fclose_ FILE *file = NULL;
	char path[PROCESS_PATH_MAX];
	size_t room = 0;
	int r;

	*ret = NULL;
	snprintf(path, sizeof(path), "proc/%d/cgroup", pid);
	r = root_open_stream(root_fd, path, &file);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	/* In a mixed set-up the unified one is last, and may be the root. */
	while (getline(&line, &room, file) >= 0) {
		const char *of_line;

		line[strcspn(line, "\n")] = '\0';
		of_line = cgroup_of_line(line);
		if (!of_line || (found && strcmp(of_line, "/") == 0))
			continue;
		free(found);
		found = strdup(of_line);
		if (!found)
			return -ENOMEM;
		utf8_mask(found);
	}
	*ret = TAKE_PTR(found);
	return 0;
}

uint64_t process_read_pinned(int root_fd, pid_t pid)
{
	_cleanup_fclose_ FILE *file = NULL;
	_cleanup_free_ char *line = NULL;
	char path[PROCESS_PATH_MAX];
	uint64_t kib = 0;
	size_t room = 0;

	/* Its groups come first, and there may be 65536 of them. */
	snprintf(path, sizeof(path), "proc/%d/status", pid);
	if (root_open_stream(root_fd, path, &file) < 0)
		return 0;
	while (getline(&line, &room, file) >= 0)
		if (sscanf(line, "VmPin: %" SCNu64, &kib) == 1)
			break;
	return kib * 1024;
}

bool process_map_is_shared_file(const char *line,
				char ret_name[PROCESS_MAP_NAME_MAX])
{
	uint64_t start, end, inode;
	char permissions[5] = "";

	if (sscanf(line,
		   "%16" SCNx64 "-%16" SCNx64 " %4s %*16x %*8x:%*8x %20" SCNu64,
		   &start, &end, permissions, &inode) != 4)
		return false;
	if (strlen(permissions) != 4 || permissions[3] != 's' || inode == 0)
		return false;
	/* maps pads the addresses with zeros, map_files does not. */
	snprintf(ret_name, PROCESS_MAP_NAME_MAX, "%" PRIx64 "-%" PRIx64, start,
		 end);
	return true;
}
