// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts documents: what is left out of them, and what is no document. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "facts/document-read.h"
#include "facts/document-write.h"

#define START "{\"daxbroker_facts\":1,"
#define REGION                                            \
	"\"id\":0,\"path\":\"/devices/platform/hmem.0\"," \
	"\"provider\":\"hmem\""
#define DEVICE                                      \
	"\"device\":\"dax0.0\",\"identity\":\"i\"," \
	"\"path\":\"/devices/platform/hmem.0/dax0.0\""

/* A document with one device, of which @more is said. */
#define WITH(more) \
	START "\"regions\":[{" REGION ",\"devices\":[{" DEVICE more "}]}]}"

static void test_command_line_has_no_secrets(void **state)
{
	struct facts_snapshot snapshot = {
		.host.command_line =
			(char *)"quiet  rd.luks.key=/k adminPassword=\"a b\" "
				"console=ttyS0 systemd.set_credential=x:y "
				"\u00fc",
		.host.machine_id = (char *)"0123456789abcdef0123456789abcdef",
	};
	_cleanup_facts_snapshot_ struct facts_snapshot *read = NULL;
	_cleanup_free_ char *text = NULL, *message = NULL;

	(void)state;
	assert_int_equal(facts_document_write(&snapshot, false, &text), 0);
	assert_int_equal(
		facts_document_read(text, strlen(text), &read, &message), 0);
	assert_string_equal(read->host.command_line,
			    "quiet  rd.luks.key=... adminPassword=... "
			    "console=ttyS0 systemd.set_credential=... \u00fc");
	assert_null(read->host.machine_id);
}

static void test_machine_id(void **state)
{
	struct facts_snapshot snapshot = {
		.host.machine_id = (char *)"0123456789abcdef0123456789abcdef",
	};
	_cleanup_facts_snapshot_ struct facts_snapshot *read = NULL;
	_cleanup_free_ char *text = NULL, *message = NULL;

	(void)state;
	assert_int_equal(facts_document_write(&snapshot, true, &text), 0);
	assert_int_equal(
		facts_document_read(text, strlen(text), &read, &message), 0);
	assert_string_equal(read->host.machine_id,
			    "0123456789abcdef0123456789abcdef");
}

static void test_holders_have_no_names(void **state)
{
	struct facts_holder holder = { 42, (char *)"secretd", true, false };
	struct facts_region region = {
		.path = (char *)"/devices/platform/hmem.0",
	};
	struct facts_device device = {
		.name = (char *)"dax0.0",
		.identity = (char *)"i",
		.path = (char *)"/devices/platform/hmem.0/dax0.0",
		.content = CONTENT_EXT4,
		.holders = &holder,
		.n_holders = 1,
	};
	struct facts_snapshot snapshot = {
		.regions = &region,
		.n_regions = 1,
		.devices = &device,
		.n_devices = 1,
	};
	_cleanup_facts_snapshot_ struct facts_snapshot *read = NULL;
	_cleanup_free_ char *text = NULL, *message = NULL;

	(void)state;
	assert_int_equal(facts_document_write(&snapshot, false, &text), 0);
	assert_null(strstr(text, "secretd"));
	assert_int_equal(
		facts_document_read(text, strlen(text), &read, &message), 0);
	assert_int_equal(read->devices[0].content, CONTENT_EXT4);
	assert_int_equal(read->devices[0].n_holders, 1);
	assert_int_equal(read->devices[0].holders[0].pid, 42);
	assert_true(read->devices[0].holders[0].open);
	assert_false(read->devices[0].holders[0].mapped);
}

static void test_little_is_enough(void **state)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *read = NULL;
	_cleanup_free_ char *message = NULL;
	const char *text = WITH("");

	(void)state;
	assert_int_equal(
		facts_document_read(text, strlen(text), &read, &message), 0);
	assert_int_equal(read->n_devices, 1);
	assert_int_equal(read->devices[0].target_node, -1);
	assert_int_equal(read->devices[0].memmap_on_memory, -1);
	assert_int_equal(read->devices[0].content, CONTENT_UNKNOWN);
	assert_false(read->devices[0].ranges_known);
}

static void test_old_key(void **state)
{
	_cleanup_facts_snapshot_ struct facts_snapshot *read = NULL;
	_cleanup_free_ char *message = NULL;
	const char *text =
		START "\"regions\":[{" REGION ",\"devices\":[{"
		      "\"name\":\"dax0.0\",\"identity\":\"i\","
		      "\"path\":\"/devices/platform/hmem.0/dax0.0\"}]}]}";

	(void)state;
	assert_int_equal(
		facts_document_read(text, strlen(text), &read, &message), 0);
	assert_string_equal(read->devices[0].name, "dax0.0");
}

/* What is written as null, and the numbers that stood for it before. */
static void test_unknown(void **state)
{
	static const char *const texts[] = {
		WITH(",\"align\":null,\"target_node\":null,\"ranges\":null,"
		     "\"users\":null,\"holders\":null"),
		WITH(",\"align\":0,\"target_node\":-1,\"ranges\":[]"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_facts_snapshot_ struct facts_snapshot *read = NULL;
		_cleanup_free_ char *message = NULL, *text = NULL;

		assert_int_equal(facts_document_read(texts[i], strlen(texts[i]),
						     &read, &message),
				 0);
		assert_int_equal(read->devices[0].align, 0);
		assert_int_equal(read->devices[0].target_node, -1);
		assert_int_equal(facts_document_write(read, false, &text), 0);
		assert_non_null(strstr(text, "\"align\": null"));
		assert_non_null(strstr(text, "\"target_node\": null"));
		assert_non_null(strstr(text, "\"users\": null"));
	}
}

static void test_no_documents(void **state)
{
	static const struct {
		const char *text;
		const char *words; /* in the message */
	} cases[] = {
		{ "", "ends too soon" },
		{ "{", "ends too soon" },
		{ "{} x", "behind" },
		{ "[]", "no output" },
		{ "{}", "no output" },
		{ "{\"daxbroker_facts\":2}", "version" },
		{ "{\"daxbroker_facts\":\"1\"}", "version" },
		{ START "\"host\":[]}", "no object" },
		{ START "\"host\":{\"name\":1}}", "\"name\"" },
		{ START "\"host\":{\"name\":\"a\\nb\"}}", "\"name\"" },
		{ START "\"host\":{\"name\":\"a\\u0000b\"}}", "\"name\"" },
		{ START "\"kernel\":{\"block_size\":3}}", "power of two" },
		{ START "\"kernel\":{\"block_size\":-1}}", "block_size" },
		{ START "\"kernel\":{\"block_size\":1.5}}", "block_size" },
		{ START "\"nodes\":{}}", "no list" },
		{ START "\"nodes\":[1]}", "no object" },
		{ START "\"nodes\":[{\"id\":1},{\"id\":1}]}", "ascending" },
		{ START "\"nodes\":[{\"id\":0,\"distances\":[\"a\"]}]}",
		  "distance" },
		{ START "\"regions\":[{}]}", "\"path\"" },
		{ START "\"regions\":[{\"path\":\"x\","
			"\"provider\":\"cxl\"}]}",
		  "path" },
		{ START "\"regions\":[{\"path\":\"/x\"}]}", "provider" },
		{ START "\"regions\":[{" REGION ",\"memdevs\":[1]}]}",
		  "memdev" },
		{ START "\"regions\":[{" REGION ",\"devices\":[{}]}]}",
		  "\"device\"" },
		{ WITH(",\"device\":\"sda\""), "not called" },
		{ WITH(",\"path\":\"/x/dax0.0\""), "region" },
		{ WITH(",\"ranges\":[\"2-1\"]"), "START-END" },
		{ WITH(",\"ranges\":[\"0-9\",\"9-12\"]"), "ascend" },
		{ WITH(",\"target_node\":4294967296"), "target_node" },
		{ WITH(",\"holders\":[{\"pid\":\"x\"}]"), "\"pid\"" },
		{ START "\"regions\":[{\"path\":\"/x\","
			"\"provider\":\"usb\"}]}",
		  "provider" },
		{ START "\"blocks\":[{\"first\":0,\"count\":1}]}", "blocks" },
		{ START "\"blocks\":[{\"first\":0,\"count\":99999999999,"
			"\"state\":\"online\",\"zone\":\"none\"}]}",
		  "blocks" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_free_ char *message = NULL;
		struct facts_snapshot *read;
		int r;

		r = facts_document_read(cases[i].text, strlen(cases[i].text),
					&read, &message);
		if (r != -EINVAL)
			fail_msg("taken: %s", cases[i].text);
		if (!strstr(message, cases[i].words))
			fail_msg("'%s' is not in '%s' of %s", cases[i].words,
				 message, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command_line_has_no_secrets),
		cmocka_unit_test(test_machine_id),
		cmocka_unit_test(test_holders_have_no_names),
		cmocka_unit_test(test_little_is_enough),
		cmocka_unit_test(test_old_key),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_no_documents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
