// SPDX-License-Identifier: GPL-2.0-or-later
/* Nothing that act/ does with a recorded tree reaches the machine that runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "act/binding.h"
#include "act/module.h"
#include "act/setting.h"
#include "act/write.h"
#include "basic/names.h"
#include "facts/root.h"
#include "tests/unit/facts/tree.h"

#define ATTRIBUTE "/devices/system/memory/auto_online_blocks"

static struct tree root, outside;

static void expect(const struct tree *tree, const char *path, const char *text)
{
	_cleanup_free_ char *found = NULL;

	assert_int_equal(root_read_line(tree->fd, path, &found), 0);
	assert_string_equal(found, text);
}

static int set_up(void **state _unused_)
{
	tree_open(&root);
	tree_open(&outside);
	tree_write(&outside, "sys" ATTRIBUTE, "online\n");
	tree_mkdir(&outside, "sys/bus/dax/drivers/kmem");
	return 0;
}

static int tear_down(void **state _unused_)
{
	tree_close(&root);
	tree_close(&outside);
	return 0;
}

/* "sys" is an absolute link, to a folder outside. */
static void test_outside(void **state _unused_)
{
	char target[128];

	snprintf(target, sizeof(target), "%s/sys", outside.path);
	tree_link(&root, "sys", target);
	assert_int_equal(act_write(root.fd, "offline", "sys" ATTRIBUTE),
			 -ENOENT);
	expect(&outside, "sys" ATTRIBUTE, "online");
	assert_int_equal(binding_has_driver(root.fd, DRIVER_KMEM), 0);
	assert_false(setting_exists(root.fd, &setting_auto_online));
}

/* An absolute link begins at the root. */
static void test_inside(void **state _unused_)
{
	tree_write(&root, "real" ATTRIBUTE, "online\n");
	tree_mkdir(&root, "real/bus/dax/drivers/kmem");
	tree_link(&root, "sys", "/../real");
	assert_int_equal(act_write(root.fd, "offline", "sys" ATTRIBUTE), 0);
	expect(&root, "real" ATTRIBUTE, "offline");
	assert_int_equal(binding_has_driver(root.fd, DRIVER_KMEM), 1);
	assert_true(setting_exists(root.fd, &setting_auto_online));
}

static void test_module(void **state _unused_)
{
	assert_int_equal(module_load(root.fd, DRIVER_KMEM), -EOPNOTSUPP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_outside, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_inside, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_module, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
