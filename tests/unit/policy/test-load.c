// SPDX-License-Identifier: GPL-2.0-or-later
/* What git cannot keep in a case folder: modes, owners, FIFOs, large files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "policy/decision.h"
#include "policy/parser.h"
#include "policy/set-load.h"
#include "policy/set.h"
#include "policy/source.h"
#include "tree.h"

#define OTHER_USER 65534
#define FILE_NAME "etc/daxbroker/10.region"
#define DROPIN_DIR FILE_NAME ".d"
#define GOOD "[Match]\nDevice=*\n[Region]\nMode=system-ram\n"

struct fixture {
	struct tree tree;
	struct policy_set *set;
	struct policy_decision *decision;
	bool as_other_user; /* root loads as somebody who is not */
	bool unplug;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	tree_make(&fixture->tree);
	tree_text(&fixture->tree, "usr/lib/daxbroker/50-good.region", GOOD);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	if (fixture->decision)
		policy_decision_free(fixture->decision);
	if (fixture->set)
		policy_set_free(fixture->set);
	tree_remove(&fixture->tree);
	free(fixture);
	return 0;
}

static void decide(struct fixture *fixture)
{
	static const struct policy_subject subject = {
		.device = "dax0.0",
		.path = "/devices/platform/hmem.0/dax0.0",
		.provider = "hmem",
		.size = 1 << 30,
		.target_node = -1,
	};
	int r;

	if (fixture->as_other_user)
		assert_int_equal(seteuid(OTHER_USER), 0);
	r = policy_set_load(fixture->tree.fd, getuid(), &fixture->set);
	if (fixture->as_other_user)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(r, 0);
	if (fixture->unplug)
		policy_set_unplug(fixture->set);
	assert_int_equal(policy_decision_make(fixture->set, &subject,
					      &fixture->decision),
			 0);
}

/* One error and no other diagnostic: of @file, with @words in it, and every
 * device is kept. */
static void expect_kept(struct fixture *fixture, const char *file,
			const char *words)
{
	const struct policy_diagnostic *diagnostics;
	size_t n;

	decide(fixture);
	diagnostics = policy_set_diagnostics(fixture->set, &n);
	assert_int_equal(n, 1);
	assert_int_equal(diagnostics->severity, POLICY_ERROR);
	assert_string_equal(diagnostics->file, file);
	if (!strstr(diagnostics->message, words))
		fail_msg("'%s' is not in '%s'", words, diagnostics->message);
	assert_true(policy_set_has_errors(fixture->set));
	assert_true(fixture->decision->faulty);
	assert_int_equal(fixture->decision->use.mode, POLICY_MODE_KEEP);
	assert_null(fixture->decision->file);
	assert_int_equal(fixture->decision->n_asked, 1);
	assert_int_equal(fixture->decision->last->answer, POLICY_IN_ERROR);
}

static void expect_mode(struct fixture *fixture, enum policy_mode mode)
{
	decide(fixture);
	assert_false(fixture->decision->faulty);
	assert_int_equal(fixture->decision->use.mode, mode);
}

static void give_away(const struct fixture *fixture, const char *path)
{
	if (getuid() != 0) {
		print_message("skipped: only root can give a file away\n");
		skip();
	}
	assert_int_equal(
		fchownat(fixture->tree.fd, path, OTHER_USER, (gid_t)-1, 0), 0);
}

static void test_good(void **state)
{
	expect_mode(*state, POLICY_MODE_SYSTEM_RAM);
}

static void test_unplug(void **state)
{
	struct fixture *fixture = *state;

	fixture->unplug = true;
	expect_mode(fixture, POLICY_MODE_DEVDAX);
}

static void test_unplug_keep(void **state)
{
	struct fixture *fixture = *state;

	fixture->unplug = true;
	tree_text(&fixture->tree, FILE_NAME,
		  "[Match]\nDevice=*\n[Region]\nMode=keep\n");
	expect_mode(fixture, POLICY_MODE_KEEP);
}

static void test_group_writable(void **state)
{
	struct fixture *fixture = *state;

	tree_write(&fixture->tree, FILE_NAME, GOOD, strlen(GOOD), 0664);
	expect_kept(fixture, "/" FILE_NAME, "writable");
}

static void test_world_writable(void **state)
{
	struct fixture *fixture = *state;

	tree_write(&fixture->tree, FILE_NAME, GOOD, strlen(GOOD), 0646);
	expect_kept(fixture, "/" FILE_NAME, "writable");
}

/* An empty file masks only if it is to be trusted. */
static void test_group_writable_mask(void **state)
{
	struct fixture *fixture = *state;

	tree_write(&fixture->tree, "etc/daxbroker/50-good.region", "", 0, 0664);
	expect_kept(fixture, "/etc/daxbroker/50-good.region", "writable");
}

static void test_writable_directory(void **state)
{
	struct fixture *fixture = *state;

	tree_text(&fixture->tree, FILE_NAME,
		  "[Match]\nDevice=dax9.9\n[Region]\nMode=devdax\n");
	tree_folder(&fixture->tree, "etc/daxbroker", 0777);
	expect_kept(fixture, "/etc/daxbroker", "writable");
}

static void test_writable_dropins(void **state)
{
	struct fixture *fixture = *state;

	tree_text(&fixture->tree, FILE_NAME,
		  "[Match]\nDevice=dax9.9\n[Region]\nMode=devdax\n");
	tree_folder(&fixture->tree, DROPIN_DIR, 0775);
	expect_kept(fixture, "/" DROPIN_DIR, "writable");
}

static void test_writable_dropin(void **state)
{
	struct fixture *fixture = *state;
	const char text[] = "[Region]\nMode=devdax\n";

	tree_text(&fixture->tree, FILE_NAME, GOOD);
	tree_write(&fixture->tree, DROPIN_DIR "/a.conf", text, strlen(text),
		   0666);
	expect_kept(fixture, "/" DROPIN_DIR "/a.conf", "writable");
}

static void test_wrong_owner(void **state)
{
	struct fixture *fixture = *state;

	tree_text(&fixture->tree, FILE_NAME, GOOD);
	give_away(fixture, FILE_NAME);
	expect_kept(fixture, "/" FILE_NAME, "owned by user 65534");
}

static void test_wrong_owner_behind_link(void **state)
{
	struct fixture *fixture = *state;

	tree_text(&fixture->tree, "home/user/a", GOOD);
	give_away(fixture, "home/user/a");
	tree_link(&fixture->tree, FILE_NAME, "/home/user/a");
	expect_kept(fixture, "/" FILE_NAME, "owned by user 65534");
}

static void test_wrong_owner_of_directory(void **state)
{
	struct fixture *fixture = *state;

	tree_text(&fixture->tree, FILE_NAME, GOOD);
	give_away(fixture, "etc/daxbroker");
	expect_kept(fixture, "/etc/daxbroker", "owned by user 65534");
}

static void test_trusted_user(void **state)
{
	struct fixture *fixture = *state;

	tree_text(&fixture->tree, FILE_NAME,
		  "[Match]\nDevice=*\n[Region]\nMode=devdax\n");
	give_away(fixture, FILE_NAME);
	assert_int_equal(
		policy_set_load(fixture->tree.fd, OTHER_USER, &fixture->set),
		0);
	assert_false(policy_set_has_errors(fixture->set));
}

static void test_fifo(void **state)
{
	struct fixture *fixture = *state;

	tree_folder(&fixture->tree, "etc/daxbroker", 0755);
	assert_int_equal(mkfifoat(fixture->tree.fd, FILE_NAME, 0644), 0);
	alarm(10);
	expect_kept(fixture, "/" FILE_NAME, "regular");
	alarm(0);
}

static void test_link_to_device(void **state)
{
	struct fixture *fixture = *state;

	tree_folder(&fixture->tree, "etc/daxbroker", 0755);
	tree_folder(&fixture->tree, "dev", 0755);
	if (mknodat(fixture->tree.fd, "dev/zero", S_IFCHR | 0644,
		    makedev(1, 5)) < 0) {
		print_message("skipped: device nodes cannot be made here\n");
		skip();
	}
	tree_link(&fixture->tree, FILE_NAME, "../../dev/zero");
	expect_kept(fixture, "/" FILE_NAME, "regular");
}

static void test_link_loop(void **state)
{
	struct fixture *fixture = *state;

	tree_link(&fixture->tree, FILE_NAME, "10.region");
	expect_kept(fixture, "/" FILE_NAME, "cannot be opened");
}

/* "/etc/passwd" is that of the root given, which has none. */
static void test_link_out_of_root(void **state)
{
	struct fixture *fixture = *state;

	tree_link(&fixture->tree, FILE_NAME, "../../../../../etc/passwd");
	expect_kept(fixture, "/" FILE_NAME, "nowhere");
}

static void test_linked_directory(void **state)
{
	struct fixture *fixture = *state;

	tree_text(&fixture->tree, "srv/policies/10.region",
		  "[Match]\nDevice=*\n[Region]\nMode=devdax\n");
	tree_link(&fixture->tree, "etc/daxbroker", "/srv/policies");
	expect_mode(fixture, POLICY_MODE_DEVDAX);
}

/* What the link names is there on the host, but not in this root. */
static void test_missing_behind_link(void **state)
{
	struct fixture *fixture = *state;
	struct tree host;

	tree_make(&host);
	tree_folder(&host, "daxbroker", 0755);
	tree_link(&fixture->tree, "run", host.path);
	expect_mode(fixture, POLICY_MODE_SYSTEM_RAM);
	tree_remove(&host);
}

static void test_dangling_directory(void **state)
{
	struct fixture *fixture = *state;

	tree_link(&fixture->tree, "etc/daxbroker", "/nowhere");
	expect_kept(fixture, "/etc/daxbroker", "cannot be opened");
}

static void test_file_for_directory(void **state)
{
	struct fixture *fixture = *state;

	tree_text(&fixture->tree, "etc/daxbroker", "");
	expect_kept(fixture, "/etc/daxbroker", "cannot be opened");
}

static void test_unreadable(void **state)
{
	struct fixture *fixture = *state;
	bool root = getuid() == 0;

	tree_write(&fixture->tree, FILE_NAME, GOOD, strlen(GOOD),
		   root ? 0600 : 0000);
	assert_int_equal(fchmodat(AT_FDCWD, fixture->tree.path, 0755, 0), 0);
	fixture->as_other_user = root;
	expect_kept(fixture, "/" FILE_NAME, "Permission denied");
}

static void test_unreadable_directory(void **state)
{
	struct fixture *fixture = *state;
	bool root = getuid() == 0;

	tree_text(&fixture->tree, FILE_NAME, GOOD);
	tree_folder(&fixture->tree, "etc/daxbroker", root ? 0700 : 0000);
	assert_int_equal(fchmodat(AT_FDCWD, fixture->tree.path, 0755, 0), 0);
	fixture->as_other_user = root;
	expect_kept(fixture, "/etc/daxbroker", "Permission denied");
	tree_folder(&fixture->tree, "etc/daxbroker", 0755);
}

static void test_ten_megabytes(void **state)
{
	struct fixture *fixture = *state;
	int fd;

	tree_text(&fixture->tree, FILE_NAME, GOOD);
	fd = openat(fixture->tree.fd, FILE_NAME, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 10 << 20), 0);
	close(fd);
	expect_kept(fixture, "/" FILE_NAME, "larger than");
}

static char *comment_of(size_t size)
{
	char *text = malloc(size);

	assert_non_null(text);
	memset(text, '#', size);
	memcpy(text, GOOD, strlen(GOOD));
	return text;
}

static void test_largest(void **state)
{
	struct fixture *fixture = *state;
	char *text = comment_of(POLICY_FILE_SIZE_MAX);

	tree_write(&fixture->tree, FILE_NAME, text, POLICY_FILE_SIZE_MAX, 0644);
	free(text);
	expect_mode(fixture, POLICY_MODE_SYSTEM_RAM);
	assert_string_equal(fixture->decision->file, "/" FILE_NAME);
}

static void test_one_byte_too_large(void **state)
{
	struct fixture *fixture = *state;
	char *text = comment_of(POLICY_FILE_SIZE_MAX + 1);

	tree_write(&fixture->tree, FILE_NAME, text, POLICY_FILE_SIZE_MAX + 1,
		   0644);
	free(text);
	expect_kept(fixture, "/" FILE_NAME, "larger than");
}

/* Each line of a long file is wrong: what is told has an end. */
static void test_many_errors(void **state)
{
	struct fixture *fixture = *state;
	char text[20000];
	size_t n;

	for (size_t i = 0; i < sizeof(text); i += 2)
		memcpy(&text[i], "x\n", 2);
	tree_write(&fixture->tree, FILE_NAME, text, sizeof(text), 0644);
	decide(fixture);
	policy_set_diagnostics(fixture->set, &n);
	assert_int_equal(n, POLICY_DIAGNOSTICS_MAX);
	assert_true(fixture->decision->faulty);
}

static void test_no_root(_unused_ void **state)
{
	struct policy_set *set = NULL;
	struct tree tree;
	size_t n;

	tree_make(&tree);
	assert_int_equal(policy_set_load(tree.fd, 0, &set), 0);
	tree_remove(&tree);
	policy_set_files(set, &n);
	assert_int_equal(n, 0);
	policy_set_diagnostics(set, &n);
	assert_int_equal(n, 0);
	policy_set_free(set);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_good),
		TEST(test_unplug),
		TEST(test_unplug_keep),
		TEST(test_group_writable),
		TEST(test_world_writable),
		TEST(test_group_writable_mask),
		TEST(test_writable_directory),
		TEST(test_writable_dropins),
		TEST(test_writable_dropin),
		TEST(test_wrong_owner),
		TEST(test_wrong_owner_behind_link),
		TEST(test_wrong_owner_of_directory),
		TEST(test_trusted_user),
		TEST(test_fifo),
		TEST(test_link_to_device),
		TEST(test_link_loop),
		TEST(test_link_out_of_root),
		TEST(test_linked_directory),
		TEST(test_missing_behind_link),
		TEST(test_dangling_directory),
		TEST(test_file_for_directory),
		TEST(test_unreadable),
		TEST(test_unreadable_directory),
		TEST(test_ten_megabytes),
		TEST(test_largest),
		TEST(test_one_byte_too_large),
		TEST(test_many_errors),
		cmocka_unit_test(test_no_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
