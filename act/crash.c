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

static const char crash_file[] = RUN_DIR "/crash";

void crash_point(int root_fd, const char *word, size_t step)
{
	_cleanup_free_ char *line = NULL;
	char wanted[32], whom[16];

	if (root_read_line(root_fd, &crash_file[1], &line) < 0)
		return;
	snprintf(wanted, sizeof(wanted), "%s %zu ", word, step);
	if (strncmp(line, wanted, strlen(wanted)) != 0)
		return;
	snprintf(whom, sizeof(whom), "%s", line + strlen(wanted));
	run_dir_remove(root_fd, "crash");
	if (strcmp(whom, "both") == 0)
		kill(getppid(), SIGKILL);
	raise(SIGKILL);
}
