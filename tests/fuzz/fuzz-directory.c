// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole directories. A line "%eNAME" starts the file NAME below etc/daxbroker,
 * "%r" and "%u" below run and usr; "%n" instead of "%" makes it a link to
 * /dev/null. Names are made harmless before they are used.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "policy/decision.h"
#include "policy/explanation.h"
#include "policy/lint.h"
#include "policy/set-load.h"
#include "policy/set.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/subjects.h"

#define FILES_MAX 64
#define NAME_LENGTH_MAX 60
#define INPUT_MAX (256 * 1024)

static const struct {
	char letter;
	const char *path;
} policy_folders[] = {
	{ 'e', "etc/daxbroker/" },
	{ 'r', "run/daxbroker/" },
	{ 'u', "usr/lib/daxbroker/" },
};

/* A tree that is made once; what an input puts there is removed again. */
static char root[] = "/dev/shm/daxbroker-fuzz-XXXXXX";
static int root_fd = -1;

struct made {
	char *paths[FILES_MAX]; /* in the order in which they were made */
	size_t n;
};

static void remove_root(void)
{
	static const char *const folders[] = {
		"etc/daxbroker",     "etc",	"run/daxbroker", "run",
		"usr/lib/daxbroker", "usr/lib", "usr",
	};

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		unlinkat(root_fd, folders[i], AT_REMOVEDIR);
	rmdir(root);
}

static void make_root(void)
{
	static const char *const folders[] = {
		"etc",	   "etc/daxbroker",	"run", "run/daxbroker", "usr",
		"usr/lib", "usr/lib/daxbroker",
	};

	umask(022);
	must(mkdtemp(root));
	root_fd = open(root, O_DIRECTORY | O_PATH | O_CLOEXEC);
	must(root_fd >= 0);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		must(mkdirat(root_fd, folders[i], 0755) == 0);
	atexit(remove_root);
}

/* Only letters, digits and dots, and at most one folder below @folder. */
static char *harmless(const char *folder, const char *name, size_t length)
{
	bool slash = false;
	char *path, *p;

	if (length > NAME_LENGTH_MAX)
		length = NAME_LENGTH_MAX;
	must(asprintf(&path, "%s%.*s", folder, (int)length, name) > 0);
	for (p = path + strlen(folder); *p; p++) {
		if (*p == '/' && !slash && p[1] && p[-1] != '/' && p[-1] != '.')
			slash = true;
		else if (!isalnum((unsigned char)*p) &&
			 (*p != '.' || p[-1] == '/'))
			*p = '_';
	}
	return path;
}

static void make_folder(struct made *made, const char *path)
{
	char *copy = strdup(path);

	must(copy);
	*strrchr(copy, '/') = '\0';
	if (made->n < FILES_MAX && mkdirat(root_fd, copy, 0755) == 0)
		made->paths[made->n++] = copy;
	else
		free(copy);
}

static void make_file(struct made *made, const char *path, bool null,
		      const char *text, size_t size)
{
	int fd;

	make_folder(made, path);
	if (made->n == FILES_MAX)
		return;
	if (null) {
		if (symlinkat("/dev/null", root_fd, path) == 0)
			made->paths[made->n++] = strdup(path);
		return;
	}
	fd = openat(root_fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0644);
	if (fd < 0)
		return;
	must(write(fd, text, size) == (ssize_t)size);
	close(fd);
	made->paths[made->n++] = strdup(path);
}

static const char *find_folder(char letter)
{
	for (size_t i = 0; i < ARRAY_SIZE(policy_folders); i++)
		if (policy_folders[i].letter == letter)
			return policy_folders[i].path;
	return NULL;
}

/* Makes the file that starts with the header at @text; returns its size with
 * the header. */
static size_t take_file(struct made *made, const char *text, size_t size)
{
	const char *end = memchr(text, '\n', size);
	size_t header = end ? (size_t)(end - text) + 1 : size;
	const char *next = memmem(text + header, size - header, "\n%", 2);
	size_t body = next ? (size_t)(next - text) + 1 - header : size - header;
	bool null = size > 1 && text[1] == 'n';
	_cleanup_free_ char *path = NULL;
	const char *folder;

	folder = header > 3U + null ? find_folder(text[1 + null]) : NULL;
	if (folder) {
		path = harmless(folder, text + 2 + null, header - 3 - null);
		make_file(made, path, null, text + header, body);
	}
	return header + body;
}

static void unmake(struct made *made)
{
	while (made->n > 0) {
		char *path = made->paths[--made->n];

		must(unlinkat(root_fd, path, 0) == 0 ||
		     unlinkat(root_fd, path, AT_REMOVEDIR) == 0);
		free(path);
	}
}

/* All files that were asked differ but the last. */
static void check_asked(const struct policy_set *set,
			const struct policy_subject *subject, size_t n)
{
	struct policy_explanation asked;

	must(policy_explanation_make(set, subject, 0, n, &asked) == 0);
	for (size_t i = 0; i < n; i++) {
		fuzz_check_message(asked.reasons[i].message);
		must(i + 1 == n || asked.reasons[i].answer == POLICY_DIFFERS);
	}
	policy_explanation_done(&asked);
}

static void check_decision(const struct policy_decision *decision)
{
	must(!decision->file ==
	     (policy_decision_answer(decision) != POLICY_FITS));
	if (decision->layout) {
		fuzz_check_message(decision->layout->message);
		must(decision->use.mode == POLICY_MODE_KEEP);
	}
}

static void ask(struct policy_set *set)
{
	for (size_t i = 0; i < FUZZ_SUBJECTS; i++) {
		_cleanup_policy_decision_ struct policy_decision *decision =
			NULL;

		must(policy_decision_make(set, &fuzz_subjects[i], &decision) ==
		     0);
		check_asked(set, &fuzz_subjects[i], decision->n_asked);
		check_decision(decision);
	}
}

static void check_diagnostics(const struct policy_set *set)
{
	const struct policy_diagnostic *list;
	bool errors = false;
	size_t n;

	list = policy_set_diagnostics(set, &n);
	for (size_t i = 0; i < n; i++) {
		fuzz_check_message(list[i].message);
		fuzz_check_message(list[i].file);
		errors |= list[i].severity == POLICY_ERROR;
	}
	must(errors == policy_set_has_errors(set));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_policy_set_ struct policy_set *set = NULL;
	const char *text = (const char *)data;
	struct made made = { .n = 0 };

	if (size > INPUT_MAX)
		return 0;
	if (root_fd < 0)
		make_root();
	for (size_t done = 0; done < size;)
		done += take_file(&made, text + done, size - done);
	must(policy_set_load(root_fd, getuid(), &set) == 0);
	ask(set);
	must(policy_lint(set) == 0);
	check_diagnostics(set);
	ask(set);
	unmake(&made);
	return 0;
}
