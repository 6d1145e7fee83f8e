// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory that runs out: a snapshot is read again and again, and each time one
 * allocation later fails. It ends with -ENOMEM or is whole; under the address
 * sanitizer nothing leaks. The linker puts the functions below in the place
 * of the C library's (--wrap).
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "facts/holders.h"
#include "facts/model/model.h"
#include "facts/snapshot-read.h"
#include "tree.h"

#define GIB 0x40000000ULL

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_reallocarray(void *p, size_t n, size_t size);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);

static bool armed;
static unsigned int left; /* allocations that still succeed */

static bool fails(void)
{
	if (!armed || left-- > 0)
		return false;
	armed = false;
	errno = ENOMEM;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

void *__wrap_reallocarray(void *p, size_t n, size_t size)
{
	return fails() ? NULL : __real_reallocarray(p, n, size);
}

char *__wrap_strdup(const char *s)
{
	return fails() ? NULL : __real_strdup(s);
}

char *__wrap_strndup(const char *s, size_t n)
{
	return fails() ? NULL : __real_strndup(s, n);
}

static void make_machine(struct tree *tree)
{
	tree_open(tree);
	tree_add_system(tree);
	tree_add_hmem(tree, 0, 0, 4 * GIB, 1024);
	tree_add_hmem(tree, 1, 0, 6 * GIB, 1024);
	tree_write(tree, "sys/devices/platform/hmem.0/dax0.0/dev", "1:3\n");
	tree_write(tree, "sys/devices/platform/hmem.1/dax1.0/dev", "junk\n");
	tree_add_block(tree, 32, 1, "online\n", "Movable\n");
	tree_add_block(tree, 33, 1, "junk\n", "Movable\n");
	tree_write(tree, "proc/1/comm", "init\n");
	tree_link(tree, "proc/1/fd/3", "/dev/null");
}

/* Returns what the reading did with its nth allocation failing. */
static int read_with(const struct tree *tree, unsigned int n)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *s = NULL;
	int r;

	left = n;
	armed = true;
	r = facts_snapshot_read(tree->fd, &s);
	if (r == 0)
		r = facts_holders_load(tree->fd, s);
	else
		assert_null(s);
	if (armed) {
		assert_int_equal(r, 0);
		armed = false;
		return 0;
	}
	assert_int_equal(r, -ENOMEM);
	return r;
}

static void test_each_allocation(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;
	unsigned int n = 0;

	make_machine(&tree);
	while (read_with(&tree, n) < 0)
		n++;
	print_message("%u allocations failed, one at a time\n", n);
	assert_true(n > 50);
}

/* Descriptors that run out: an error, not a machine without devices. */
static void test_descriptors(void **state _unused_)
{
	_cleanup_tree_ struct tree tree;
	struct facts_snapshot *s = NULL;
	struct rlimit limit, low;
	int r, spare = 0;

	make_machine(&tree);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	do {
		low = limit;
		low.rlim_cur = (rlim_t)(tree.fd + 1 + spare++);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
		r = facts_snapshot_read(tree.fd, &s);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
		assert_true(r == 0 || (r == -EMFILE && !s));
	} while (r < 0);
	assert_in_range(spare, 2, 4);
	assert_int_equal(s->n_devices, 2);
	assert_int_equal(s->n_blocks, 2);
	facts_snapshot_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_allocation),
		cmocka_unit_test(test_descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
