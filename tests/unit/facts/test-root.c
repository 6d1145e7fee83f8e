// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "facts/root.h"
#include "tree.h"

static void assert_line(const struct tree *tree, const char *path,
			const char *wanted)
{
	_cleanup_free_ char *line = NULL;

	assert_int_equal(root_read_line(tree->fd, path, &line), 0);
	assert_string_equal(line, wanted);
}

static void test_lines(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;

	tree_open(&tree);
	tree_write(&tree, "sys/one", "word\n");
	tree_write(&tree, "sys/bare", "no newline");
	tree_write(&tree, "sys/two", "first\nsecond\n");
	tree_write(&tree, "sys/empty", "");
	assert_line(&tree, "sys/one", "word");
	assert_line(&tree, "sys/bare", "no newline");
	assert_line(&tree, "sys/two", "first");
	assert_line(&tree, "sys/empty", "");
}

static void test_numbers(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;
	uint64_t u = 42;
	int i = 42;

	tree_open(&tree);
	tree_write(&tree, "dec", "1073741824\n");
	tree_write(&tree, "hex", "0xffffffffffffffff\n");
	tree_write(&tree, "minus", "-1\n");
	tree_write(&tree, "big", "18446744073709551616\n");
	tree_write(&tree, "junk", "12 bananas\n");
	assert_int_equal(root_read_u64(tree.fd, "minus", &u), -EINVAL);
	assert_int_equal(root_read_u64(tree.fd, "big", &u), -ERANGE);
	assert_int_equal(root_read_u64(tree.fd, "junk", &u), -EINVAL);
	assert_int_equal(root_read_u64(tree.fd, "none", &u), -ENOENT);
	assert_int_equal(root_read_int(tree.fd, "dec1", &i), -ENOENT);
	assert_int_equal(root_read_int(tree.fd, "hex", &i), -EINVAL);
	assert_int_equal(u, 42);
	assert_int_equal(i, 42);
	assert_int_equal(root_read_u64(tree.fd, "dec", &u), 0);
	assert_int_equal(u, 1073741824);
	assert_int_equal(root_read_u64(tree.fd, "hex", &u), 0);
	assert_true(u == UINT64_MAX);
	assert_int_equal(root_read_int(tree.fd, "minus", &i), 0);
	assert_int_equal(i, -1);
}

static void test_limits(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;
	_cleanup_free_ char *big = calloc(1, 64 * 1024 + 2), *text = NULL;
	char *untouched = NULL, word[16];

	tree_open(&tree);
	memset(big, 'x', 64 * 1024 + 1);
	tree_write_bytes(&tree, "fits", big, 64 * 1024);
	tree_write_bytes(&tree, "big", big, 64 * 1024 + 1);
	tree_write_bytes(&tree, "nul", "ab\0cd\n", 6);
	assert_int_equal(root_read_text(tree.fd, "fits", &text), 0);
	assert_int_equal(strlen(text), 64 * 1024);
	assert_int_equal(root_read_text(tree.fd, "big", &untouched), -EFBIG);
	assert_int_equal(root_read_line(tree.fd, "big", &untouched), -EFBIG);
	assert_int_equal(root_read_text(tree.fd, "nul", &untouched), -EINVAL);
	assert_int_equal(root_read_line(tree.fd, "nul", &untouched), -EINVAL);
	assert_int_equal(root_read_word(tree.fd, "big", word, sizeof(word)),
			 -EFBIG);
	assert_int_equal(root_read_word(tree.fd, "nul", word, sizeof(word)),
			 -EINVAL);
	assert_null(untouched);
}

/* Neither blocks nor is taken for a file. */
static void test_odd_files(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;
	char *text = NULL;
	uint64_t u;

	tree_open(&tree);
	tree_mkdir(&tree, "dir");
	assert_int_equal(mkfifoat(tree.fd, "fifo", 0600), 0);
	assert_int_equal(root_read_text(tree.fd, "dir", &text), -EISDIR);
	assert_int_equal(root_read_u64(tree.fd, "fifo", &u), -EINVAL);
	assert_int_equal(root_read_text(tree.fd, "dir/x/y", &text), -ENOENT);
	assert_null(text);
}

static void test_links(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;
	_cleanup_free_ char *target = NULL, *name = NULL;
	char *untouched = NULL;

	tree_open(&tree);
	tree_link(&tree, "sys/driver", "../../bus/dax/drivers/kmem");
	tree_link(&tree, "sys/plain", "kmem");
	tree_link(&tree, "sys/slash", "a/");
	tree_write(&tree, "sys/file", "x");
	assert_int_equal(root_read_link(tree.fd, "sys/driver", &target), 0);
	assert_string_equal(target, "../../bus/dax/drivers/kmem");
	assert_int_equal(root_read_link_name(tree.fd, "sys/driver", &name), 0);
	assert_string_equal(name, "kmem");
	free(TAKE_PTR(name));
	assert_int_equal(root_read_link_name(tree.fd, "sys/plain", &name), 0);
	assert_string_equal(name, "kmem");
	assert_int_equal(root_read_link_name(tree.fd, "sys/slash", &untouched),
			 -EINVAL);
	assert_int_equal(root_read_link(tree.fd, "sys/file", &untouched),
			 -EINVAL);
	assert_int_equal(root_read_link(tree.fd, "sys/none", &untouched),
			 -ENOENT);
	assert_null(untouched);
}

/* Links do not lead out of the root, by no way. */
static void test_confined(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;
	char *text = NULL;

	tree_open(&tree);
	tree_link(&tree, "sys/absolute", "/etc/passwd");
	tree_link(&tree, "sys/up", "../../../../../../../etc/passwd");
	tree_link(&tree, "sys/dir", "/etc");
	tree_link(&tree, "sys/loop", "loop");
	assert_int_equal(root_read_text(tree.fd, "sys/absolute", &text),
			 -ENOENT);
	assert_int_equal(root_read_text(tree.fd, "sys/up", &text), -ENOENT);
	assert_int_equal(root_read_text(tree.fd, "sys/dir/passwd", &text),
			 -ENOENT);
	assert_int_equal(root_read_text(tree.fd, "/etc/passwd", &text),
			 -ENOENT);
	assert_int_equal(root_read_text(tree.fd, "sys/loop", &text), -ELOOP);
	assert_null(text);
	tree_write(&tree, "etc/passwd", "mine\n");
	assert_line(&tree, "sys/absolute", "mine");
	assert_line(&tree, "sys/up", "mine");
	assert_true(root_exists(tree.fd, "sys/dir/passwd"));
	assert_false(root_exists(tree.fd, "sys/loop"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),  cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_limits), cmocka_unit_test(test_odd_files),
		cmocka_unit_test(test_links),  cmocka_unit_test(test_confined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
