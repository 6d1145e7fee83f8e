// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/crash.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/run-dir.h"
#include "facts/root.h"

#define WHOM_MAX 16

static const char crash_file[] = RUN_DIR "/crash";

/* Of "any N WHOM" one point less is left. */
static bool is_last(int root_fd, size_t n, const char *point, const char *whom)
{
	char line[32 + WHOM_MAX];

	if (n > 1) {
		snprintf(line, sizeof(line), "any %zu %s\n", n - 1, whom);
		run_dir_write(root_fd, "crash", line);
		return false;
	}
	run_dir_write(root_fd, "crashed", point);
	return true;
}

static bool is_here(int root_fd, const char *word, size_t step,
		    char ret_whom[WHOM_MAX])
{
	_cleanup_free_ char *line = NULL;
	char point[32];
	size_t n;

	if (root_read_line(root_fd, &crash_file[1], &line) < 0)
		return false;
	snprintf(point, sizeof(point), "%s %zu ", word, step);
	if (sscanf(line, "any %zu %15s", &n, ret_whom) == 2)
		return is_last(root_fd, n, point, ret_whom);
	if (strncmp(line, point, strlen(point)) != 0)
		return false;
	snprintf(ret_whom, WHOM_MAX, "%s", line + strlen(point));
	return true;
}

void crash_point(int root_fd, const char *word, size_t step)
{
	char whom[WHOM_MAX];

	if (!is_here(root_fd, word, step, whom))
		return;
	run_dir_remove(root_fd, "crash");
	if (strcmp(whom, "both") == 0)
		kill(getppid(), SIGKILL);
	raise(SIGKILL);
}

void crash_daemon(int root_fd, const char *word)
{
	char whom[WHOM_MAX];

	if (!is_here(root_fd, word, 0, whom))
		return;
	run_dir_remove(root_fd, "crash");
	raise(SIGKILL);
}
