// SPDX-License-Identifier: GPL-2.0-or-later
/* The settings table: sound in itself, and the same as the man page's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/text.h"
#include "policy/file.h"
#include "policy/settings.h"
#include "policy/values.h"
#include "tree.h"

/* In the man page a setting is the head of a list item. */
#define MAN_ITEM ".It Cm "

/* The pages as they are installed. */
static const char *region_page;
static const char *conf_page;

static void test_rows(_unused_ void **state)
{
	size_t n = 0;

	for (const struct policy_setting *s = policy_settings; s->key; s++) {
		bool match = strcmp(s->section, POLICY_SECTION_MATCH) == 0;

		assert_ptr_equal(policy_setting_find(s->section, s->key), s);
		assert_non_null(s->values);
		assert_non_null(s->text);
		assert_int_equal(s->text[strlen(s->text) - 1], '.');
		assert_non_null(s->parse);
		assert_true(match == (s->fact != NULL));
		n++;
	}
	assert_in_range(n, 1, POLICY_SETTINGS_MAX);
}

/* The words in the help of a choice are those that the parser takes. */
static void test_choices(_unused_ void **state)
{
	for (const struct policy_setting *s = policy_settings; s->key; s++) {
		char joined[200] = "";

		/* A slice cannot be kept. */
		size_t first = s->words == policy_device_mode_words;

		if (!s->words)
			continue;
		for (size_t i = first; s->words[i]; i++) {
			strcat(joined, i > first ? "|" : "");
			strcat(joined, s->words[i]);
		}
		assert_string_equal(s->values, joined);
	}
}

/* How long users are waited for, ms. */
static void test_patience(_unused_ void **state)
{
	const struct policy_use refuse = { .on_busy = POLICY_ON_BUSY_REFUSE,
					   .busy_timeout = 7 };
	const struct policy_use wait = { .on_busy = POLICY_ON_BUSY_WAIT,
					 .busy_timeout = 7 };
	const struct policy_use usual = { .on_busy = POLICY_ON_BUSY_WAIT };

	assert_int_equal(policy_use_patience(&refuse), 0);
	assert_int_equal(policy_use_patience(&wait), 7);
	assert_int_equal(policy_use_patience(&usual), 5 * 60 * 1000);
}

/* No two keys of a section are so near that one passes for a slip of the
 * other, and no key looks like one to ignore. */
static void test_names(_unused_ void **state)
{
	for (const struct policy_setting *s = policy_settings; s->key; s++) {
		assert_false(text_starts_with(s->key, "X-"));
		assert_ptr_equal(policy_setting_nearest(s->section, s->key), s);
	}
}

static char *read_man_page(const char *section)
{
	bool conf = strcmp(section, POLICY_SECTION_LIMITS) == 0;
	char *page = slurp(conf ? conf_page : region_page);

	assert_non_null(page);
	return page;
}

/* The part of the page on one section; to be freed. */
static char *man_section(const char *page, const char *section)
{
	_cleanup_free_ char *head = NULL;
	const char *start, *end;

	assert_true(asprintf(&head, "\n.Sh [%s] SECTION\n", section) > 0);
	for (char *p = head + strlen("\n.Sh ["); *p != ']'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	start = strstr(page, head);
	if (!start)
		fail_msg("the man page has no%s", head);
	end = strstr(start + strlen(head), "\n.Sh ");
	return end ? strndup(start, (size_t)(end - start)) : strdup(start);
}

static void test_all_in_man_page(_unused_ void **state)
{
	for (const struct policy_setting *s = policy_settings; s->key; s++) {
		_cleanup_free_ char *page = read_man_page(s->section);
		_cleanup_free_ char *part = man_section(page, s->section);
		_cleanup_free_ char *item = NULL;

		assert_true(asprintf(&item, "\n" MAN_ITEM "%s=", s->key) > 0);
		if (!strstr(part, item))
			fail_msg("[%s] %s= is not in the man page", s->section,
				 s->key);
	}
}

static void expect_known(const char *section, const char *item)
{
	_cleanup_free_ char *key = strndup(item, strcspn(item, "= \n"));

	if (!policy_setting_find(section, key))
		fail_msg("the man page has [%s] %s=, which there is not",
			 section, key);
}

static void test_man_page_has_no_more(_unused_ void **state)
{
	static const char *const sections[] = { POLICY_SECTION_MATCH,
						POLICY_SECTION_REGION,
						POLICY_SECTION_DEVICE,
						POLICY_SECTION_POOL,
						POLICY_SECTION_LIMITS };
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		_cleanup_free_ char *page = read_man_page(sections[i]);
		_cleanup_free_ char *part = man_section(page, sections[i]);

		for (char *p = part; (p = strstr(p, "\n" MAN_ITEM)); n++) {
			p += strlen("\n" MAN_ITEM);
			expect_known(sections[i], p);
		}
	}
	assert_true(n > 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_patience),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_all_in_man_page),
		cmocka_unit_test(test_man_page_has_no_more),
	};

	if (argc != 3) {
		fprintf(stderr, "usage: test-settings REGION-PAGE CONF-PAGE\n");
		return 2;
	}
	region_page = argv[1];
	conf_page = argv[2];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
