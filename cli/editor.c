// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "basic/text.h"
#include "cli/text-file.h"

extern char **environ;

static const char *find_editor(void)
{
	static const char *const names[] = { "SYSTEMD_EDITOR", "EDITOR",
					     "VISUAL" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	/* The shell looks for the first that there is. */
	return "for e in editor nano vim vi; do "
	       "command -v $e >/dev/null && exec $e \"$1\"; done; exit 127; :";
}

static int spawn(const char *path)
{
	_cleanup_free_ char *command = text_format("%s \"$1\"", find_editor());
	char *words[] = { (char *)"sh", (char *)"-c", command,
			  (char *)"sh", (char *)path, NULL };
	pid_t pid;
	int status, r;

	if (!command)
		return -ENOMEM;
	r = posix_spawnp(&pid, "sh", NULL, NULL, words, environ);
	if (r != 0) {
		log_error("the editor cannot be started: %s", strerror(r));
		return -r;
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		log_error("there is no editor; say one in $EDITOR");
	else
		log_error("the editor failed");
	return -ECANCELED;
}

static int write_file(const char *path, const char *text)
{
	_cleanup_fclose_ FILE *file = fopen(path, "wxe");

	if (!file)
		return -errno;
	return fputs(text, file) < 0 || fflush(file) != 0 ? -errno : 0;
}

static int edit(const char *path, const char *text, char **ret)
{
	size_t size;
	int r;

	r = write_file(path, text);
	if (r < 0) {
		log_error("%s: %s", path, strerror(-r));
		return r;
	}
	r = spawn(path);
	if (r < 0)
		return r;
	r = text_file_read(path, ret, &size);
	if (r < 0)
		log_error("%s: %s", path, strerror(-r));
	return r;
}

/* Others cannot get at what is in there, and at what the editor puts there. */
int editor_run(const char *name, const char *text, char **ret)
{
	const char *tmp = getenv("TMPDIR");
	_cleanup_free_ char *directory =
		text_format("%s/daxbroker-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	_cleanup_free_ char *path = NULL;
	int r;

	if (!directory)
		return -ENOMEM;
	if (!mkdtemp(directory)) {
		r = -errno;
		log_error("%s: %s", directory, strerror(-r));
		return r;
	}
	path = text_format("%s/%s", directory, name);
	r = path ? edit(path, text, ret) : -ENOMEM;
	if (path)
		unlink(path);
	rmdir(directory);
	return r;
}
