// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "broker/job/frame.h"

static char long_text[2 * FRAME_MAX];

static void test_progress(void **state)
{
	const struct frame in = {
		.type = FRAME_PROGRESS,
		.phase = ACT_UNDOING,
		.result.step = 3,
	};
	uint8_t buf[FRAME_MAX];
	struct frame out;
	size_t size = frame_encode(&in, buf);

	(void)state;
	assert_int_equal(frame_decode(buf, size, &out), size);
	assert_int_equal(out.type, FRAME_PROGRESS);
	assert_true(out.phase == ACT_UNDOING);
	assert_int_equal(out.result.step, 3);
	assert_null(out.result.message);
}

static void test_result(void **state)
{
	struct frame in = {
		.type = FRAME_RESULT,
		.result = { ACT_UNDONE, 2, EBUSY, long_text },
	};
	uint8_t buf[2 * FRAME_MAX];
	struct frame out;
	size_t size;

	(void)state;
	strcpy(long_text, "memory33 could not be taken offline");
	size = frame_encode(&in, buf);
	/* What follows in the pipe does not matter. */
	assert_int_equal(frame_decode(buf, sizeof(buf), &out), size);
	assert_int_equal(out.result.outcome, ACT_UNDONE);
	assert_int_equal(out.result.step, 2);
	assert_int_equal(out.result.error, EBUSY);
	assert_string_equal(out.result.message, long_text);
	free(out.result.message);
}

static void test_long_message_is_cut(void **state)
{
	struct frame in = {
		.type = FRAME_RESULT,
		.result = { ACT_STUCK, 0, EIO, long_text },
	};
	uint8_t buf[FRAME_MAX];
	struct frame out;
	size_t size;

	(void)state;
	memset(long_text, 'x', sizeof(long_text) - 1);
	size = frame_encode(&in, buf);
	assert_int_equal(size, FRAME_MAX);
	assert_int_equal(frame_decode(buf, size, &out), size);
	assert_int_equal(strspn(out.result.message, "x"),
			 strlen(out.result.message));
	free(out.result.message);
}

/* Every beginning of a frame is incomplete, and none is read beyond. */
static void test_incomplete(void **state)
{
	char text[] = "no";
	struct frame in = {
		.type = FRAME_RESULT,
		.result = { ACT_REFUSED, 0, 0, text },
	};
	uint8_t buf[FRAME_MAX];
	size_t size = frame_encode(&in, buf);
	struct frame out;

	(void)state;
	for (size_t part = 0; part < size; part++) {
		uint8_t *copy = malloc(part ? part : 1);

		memcpy(copy, buf, part);
		assert_int_equal(frame_decode(copy, part, &out), 0);
		free(copy);
	}
}

/* Each byte of a frame, turned over: an error, or sizes that hold. */
static void test_damaged(void **state)
{
	char text[] = "text";
	struct frame in = {
		.type = FRAME_RESULT,
		.result = { ACT_UNDONE, 1, EIO, text },
	};
	uint8_t buf[FRAME_MAX];
	size_t size = frame_encode(&in, buf);

	(void)state;
	for (size_t i = 0; i < size; i++) {
		struct frame out = { 0 };
		ssize_t n;

		buf[i] ^= 0xff;
		n = frame_decode(buf, size, &out);
		assert_true(n == -EBADMSG || (n >= 0 && (size_t)n <= size));
		free(out.result.message);
		buf[i] ^= 0xff;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_result),
		cmocka_unit_test(test_long_message_is_cut),
		cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
