// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames over a socket, whole and damaged. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "broker/job/frame.h"

static int fds[2]; /* the daemon's end, the worker's */

static int setup(void **state _unused_)
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds);
}

static int teardown(void **state _unused_)
{
	close(fds[0]);
	if (fds[1] >= 0)
		close(fds[1]);
	return 0;
}

static const struct frame result_frame = {
	.type = FRAME_RESULT,
	.result = { .outcome = ACT_UNDONE,
		    .device = "dax0.0",
		    .step = 2,
		    .n_steps = 3,
		    .kind = PLAN_OFFLINE,
		    .failure = { .cause = ACT_CAUSE_OFFLINE,
				 .error = EBUSY,
				 .has_block = true,
				 .block = 33,
				 .words = "op=unplug",
				 .blocker = { .kind = "pinned",
					      .pid = 7,
					      .command = "qemu" } } },
};

static void test_in_order(void **state _unused_)
{
	const struct frame progress = {
		.type = FRAME_PROGRESS,
		.phase = ACT_UNDOING,
		.result.step = 3,
	};
	struct frame out;

	assert_int_equal(frame_receive(fds[0], &out), -EAGAIN);
	frame_send(fds[1], &progress);
	frame_send(fds[1], &result_frame);
	assert_int_equal(frame_receive(fds[0], &out), 1);
	assert_int_equal(out.type, FRAME_PROGRESS);
	assert_int_equal(out.phase, ACT_UNDOING);
	assert_int_equal(out.result.step, 3);
	assert_int_equal(frame_receive(fds[0], &out), 1);
	assert_memory_equal(&out, &result_frame, sizeof(out));
	close(fds[1]);
	fds[1] = -1;
	assert_int_equal(frame_receive(fds[0], &out), 0);
}

/* Without SIGPIPE, and without waiting. */
static void test_daemon_gone(void **state _unused_)
{
	close(fds[0]);
	frame_send(fds[1], &result_frame);
	fds[0] = fds[1];
	fds[1] = -1;
}

static void test_sizes(void **state _unused_)
{
	char buf[sizeof(struct frame) + 1] = { 0 };
	struct frame out;

	for (size_t size = 1; size <= sizeof(buf); size++) {
		assert_int_equal(send(fds[1], buf, size, 0), size);
		assert_int_equal(frame_receive(fds[0], &out),
				 size == sizeof(struct frame) ? 1 : -EBADMSG);
	}
}

/* Each byte of a frame, turned over: refused, or fit to be read. */
static void test_damaged(void **state _unused_)
{
	unsigned char buf[sizeof(struct frame)];
	unsigned int refused = 0;

	memcpy(buf, &result_frame, sizeof(buf));
	for (size_t i = 0; i < sizeof(buf); i++) {
		struct frame out;
		int r;

		buf[i] ^= 0xff;
		assert_int_equal(send(fds[1], buf, sizeof(buf), 0),
				 sizeof(buf));
		r = frame_receive(fds[0], &out);
		assert_true(r == 1 || r == -EBADMSG);
		refused += r < 0;
		if (r > 0)
			free(act_result_describe(&out.result));
		buf[i] ^= 0xff;
	}
	assert_true(refused > 20);
}

/* A text without an end. */
static void test_no_end(void **state _unused_)
{
	struct frame in = result_frame, out;

	memset(in.result.failure.words, 'x', sizeof(in.result.failure.words));
	frame_send(fds[1], &in);
	assert_int_equal(frame_receive(fds[0], &out), -EBADMSG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_in_order), TEST(test_daemon_gone), TEST(test_sizes),
		TEST(test_damaged),  TEST(test_no_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
