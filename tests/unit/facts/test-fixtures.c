// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads every recorded tree of a folder (NAME.tree) and compares the snapshot
 * with NAME.snapshot. FACTS_UPDATE=1 writes those instead.
 *
 * usage: test-fixtures FOLDER
 */
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dump.h"
#include "facts/document-read.h"
#include "facts/document-write.h"
#include "facts/memory-block.h"
#include "facts/model/model.h"
#include "facts/root.h"
#include "facts/snapshot-read.h"
#include "tree.h"

static const char *folder;

static void unpack(const struct tree *tree, const char *name)
{
	_cleanup_free_ char *command = NULL;

	assert_true(asprintf(&command, "'%s/unpack' '%s' '%s'", folder, name,
			     tree->path) > 0);
	assert_int_equal(system(command), 0);
}

static void update(const char *path, const char *dump)
{
	_cleanup_fclose_ FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(dump, file);
	print_message("wrote %s\n", path);
}

static void compare(const char *name, const char *dump)
{
	_cleanup_free_ char *wanted = NULL, *path = NULL, *file = NULL;
	_cleanup_close_ int fd = open(folder, O_PATH | O_CLOEXEC);

	assert_true(asprintf(&path, "%s/%s.snapshot", folder, name) > 0);
	if (getenv("FACTS_UPDATE")) {
		update(path, dump);
		return;
	}
	assert_true(asprintf(&file, "%s.snapshot", name) > 0);
	if (root_read_text(fd, file, &wanted) < 0)
		fail_msg("cannot read %s; FACTS_UPDATE=1 makes it", path);
	if (strcmp(dump, wanted) != 0)
		print_error("%s: the snapshot is now:\n%s", name, dump);
	assert_string_equal(dump, wanted);
}

/* A block that is read alone is the same. */
static void check_blocks(int root_fd, const struct facts_snapshot *s)
{
	struct facts_block block;
	size_t i;

	for (i = 0; i < s->n_blocks; i++) {
		assert_int_equal(
			memory_block_read(root_fd, s->blocks[i].id, &block), 0);
		assert_int_equal(block.id, s->blocks[i].id);
		assert_int_equal(block.state, s->blocks[i].state);
		assert_int_equal(block.zone, s->blocks[i].zone);
		assert_int_equal(block.node, s->blocks[i].node);
	}
}

/* A document of it says the same, but for what made no sense in sysfs. */
static void check_document(struct facts_snapshot *s, const char *dump)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *other = NULL;
	_cleanup_free_ char *text = NULL, *message = NULL, *again = NULL;

	assert_int_equal(facts_document_write(s, false, &text), 0);
	if (facts_document_read(text, strlen(text), &other, &message) < 0)
		fail_msg("%s: %s", message, text);
	again = dump_snapshot(other);
	assert_int_equal(strncmp(again, dump, strlen(again)), 0);
	assert_true(dump[strlen(again)] == '\0' ||
		    strncmp(dump + strlen(again), "problem ", 8) == 0);
}

static void test_fixture(void **state)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	_cleanup_tree_ struct tree tree;
	_cleanup_free_ char *dump = NULL;
	const char *name = *state;

	tree_open(&tree);
	unpack(&tree, name);
	assert_int_equal(facts_snapshot_read(tree.fd, &s), 0);
	check_blocks(tree.fd, s);
	dump = dump_snapshot(s);
	compare(name, dump);
	check_document(s, dump);
}

/* Makes "/folder/NAME.tree" "NAME", in place. */
static char *fixture_name(char *path)
{
	char *name = strrchr(path, '/') + 1;

	name[strlen(name) - strlen(".tree")] = '\0';
	return name;
}

int main(int argc, char *argv[])
{
	_cleanup_free_ struct CMUnitTest *tests = NULL;
	_cleanup_free_ char *pattern = NULL;
	glob_t trees = { 0 };
	size_t i;
	int r;

	if (argc != 2 || asprintf(&pattern, "%s/*.tree", argv[1]) < 0)
		return 2;
	folder = argv[1];
	if (glob(pattern, 0, NULL, &trees) != 0) {
		fprintf(stderr, "no trees in %s\n", folder);
		return 1;
	}
	tests = calloc(trees.gl_pathc, sizeof(*tests));
	for (i = 0; tests && i < trees.gl_pathc; i++) {
		char *name = fixture_name(trees.gl_pathv[i]);

		tests[i] = (struct CMUnitTest){ .name = name,
						.test_func = test_fixture,
						.initial_state = name };
	}
	r = _cmocka_run_group_tests("fixtures", tests, trees.gl_pathc, NULL,
				    NULL);
	globfree(&trees);
	return r;
}
