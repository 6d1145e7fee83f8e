// SPDX-License-Identifier: GPL-2.0-or-later
/* What the journal gets, in namespaces in which the test is the journal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "basic/log.h"

#define EXIT_SKIPPED 77

static int journal = -1;

static void test_any_bytes(void **state _unused_)
{
	const struct log_field fields[] = {
		{ "blocker_command", "a\xff" },
		{ "unset", NULL },
	};
	const struct log_context context = { NULL, fields, 2 };
	char text[512];
	ssize_t n;

	log_message(LOG_INFO, &context, "\xc3\xa4\xff of %s", "b\x80");
	n = recv(journal, text, sizeof(text) - 1, MSG_DONTWAIT);
	assert_true(n > 0);
	text[n] = '\0';
	assert_non_null(strstr(text, "MESSAGE=\xc3\xa4? of b?\n"));
	assert_non_null(strstr(text, "\nBLOCKER_COMMAND=a?\n"));
	assert_null(strstr(text, "UNSET"));
}

static bool put(const char *path, const char *text)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd >= 0 &&
	       write(fd, text, strlen(text)) == (ssize_t)strlen(text);
}

/* A /run of its own. */
static bool be_alone(void)
{
	char users[32], groups[32];

	snprintf(users, sizeof(users), "0 %u 1", geteuid());
	snprintf(groups, sizeof(groups), "0 %u 1", getegid());
	return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
	       put("/proc/self/setgroups", "deny") &&
	       put("/proc/self/uid_map", users) &&
	       put("/proc/self/gid_map", groups) &&
	       mount("run", "/run", "tmpfs", 0, NULL) == 0 &&
	       mkdir("/run/systemd", 0755) == 0 &&
	       mkdir("/run/systemd/journal", 0755) == 0;
}

/* Standard error is the journal's stream. */
static bool be_the_journal(void)
{
	const struct sockaddr_un address = {
		.sun_family = AF_UNIX,
		.sun_path = "/run/systemd/journal/socket",
	};
	struct stat st;
	char stream[64];

	if (fstat(STDERR_FILENO, &st) < 0)
		return false;
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev,
		 (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", stream, true);
	journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return journal >= 0 && bind(journal, (const struct sockaddr *)&address,
				    sizeof(address)) == 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_bytes),
	};

	if (!be_alone() || !be_the_journal()) {
		perror("no namespaces of its own");
		return EXIT_SKIPPED;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
