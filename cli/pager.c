// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <systemd/sd-login.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "cli/terminal.h"

extern char **environ;

static pid_t pager; /* 0: there is none */

/* The session is another user's: $PAGER may be that user's way to more rights.
 * Without an answer it is taken for one. */
static bool must_be_secure(void)
{
	const char *asked = getenv("SYSTEMD_PAGERSECURE");
	uid_t owner;

	if (asked)
		return strcmp(asked, "0") != 0 && strcmp(asked, "no") != 0 &&
		       strcmp(asked, "false") != 0;
	return sd_pid_get_owner_uid(0, &owner) < 0 || owner != geteuid();
}

/* What the person wants, "" for none; NULL: no word of it. */
static const char *find_wanted(void)
{
	static const char *const names[] = { "DAXBROKER_PAGER", "SYSTEMD_PAGER",
					     "PAGER" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *value = getenv(names[i]);

		if (value)
			return strcmp(value, "cat") == 0 ? "" : value;
	}
	return NULL;
}

static void set_environment(bool secure)
{
	const char *less = getenv("SYSTEMD_LESS");
	const char *charset = getenv("SYSTEMD_LESSCHARSET");

	setenv("LESS", less ? less : "FRSXMK", 1);
	if (charset || terminal_has_unicode())
		setenv("LESSCHARSET", charset ? charset : "utf-8", 1);
	if (secure)
		setenv("LESSSECURE", "1", 1);
}

/* Returns 0 or an errno. */
static int spawn(const char *command, int input)
{
	char *by_shell[] = { (char *)"sh", (char *)"-c", (char *)command,
			     NULL };
	char *alone[] = { (char *)command, NULL };
	bool is_word = strcspn(command, " \t\"'$;|&<>()") == strlen(command);
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t signals;
	int r;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &signals);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	r = posix_spawnp(&pager, is_word ? command : "sh", &actions,
			 &attributes, is_word ? alone : by_shell, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

static int spawn_any(const char *wanted, int input)
{
	static const char *const others[] = { "less", "more" };
	bool secure = must_be_secure();
	int r = ENOENT;

	set_environment(secure);
	if (wanted && !secure)
		r = spawn(wanted, input);
	for (size_t i = 0; r != 0 && i < (secure ? 1 : ARRAY_SIZE(others)); i++)
		r = spawn(others[i], input);
	return r;
}

void pager_open(void)
{
	const char *wanted = find_wanted();
	int ends[2];

	if (!terminal_is_one() || (wanted && !*wanted) ||
	    pipe2(ends, O_CLOEXEC) < 0)
		return;
	signal(SIGINT, SIG_IGN); /* it is the pager's as long as it runs */
	signal(SIGPIPE, SIG_IGN);
	if (spawn_any(wanted, ends[0]) == 0)
		dup2(ends[1], STDOUT_FILENO);
	else
		pager = 0;
	close(ends[0]);
	close(ends[1]);
	if (!pager_is_open()) {
		signal(SIGINT, SIG_DFL);
		signal(SIGPIPE, SIG_DFL);
	}
}

bool pager_is_open(void)
{
	return pager > 0;
}

void pager_close(void)
{
	if (!pager_is_open())
		return;
	close(STDOUT_FILENO);
	while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
		;
	pager = 0;
}
