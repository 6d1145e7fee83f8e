// SPDX-License-Identifier: GPL-2.0-or-later
/* Real worker processes, over an empty tree: what is heard of one that ends,
 * dies, or outlives its daemon. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/lock.h"
#include "act/run.h"
#include "broker/job/worker.h"

#define REGION "/devices/platform/hmem.0"
#define DEVICE_DIR "sys/bus/dax/devices/dax0.0"
#define ATTRIBUTE DEVICE_DIR "/exclusive"
#define DRAIN DEVICE_DIR "/drain"

static char root[] = "/tmp/test-worker.XXXXXX";
static int root_fd;

/* Writing an attribute that is a plain file: the quickest plan there is. */
static struct plan_step steps[64];
static struct plan plan = {
	.device = (char *)"dax0.0",
	.identity = (char *)"hmem:0x1",
	.region = (char *)REGION,
	.outcome = PLAN_SWITCH,
	.target_node = -1,
	.block_size = 1 << 27,
	.steps = steps,
	.n_steps = 1,
};

struct heard {
	sd_event *event;
	struct worker *worker;
	size_t n_progress;
	struct act_result result;
	bool may_wait; /* for users */
	enum act_phase preempt_in;
	int pipe; /* while it waits nobody can write to this */
};

/* Nobody has its other end open. */
static bool is_closed(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return poll(&pfd, 1, 0) == 1 && pfd.revents == POLLHUP;
}

static void on_progress(size_t step, enum act_phase phase, void *userdata)
{
	struct heard *heard = userdata;

	if (phase == ACT_WAITING) {
		assert_true(heard->may_wait);
		assert_true(!heard->pipe || is_closed(heard->pipe));
	} else {
		assert_int_equal(step, heard->n_progress++);
		assert_int_equal(phase, ACT_TAKING);
	}
	if (heard->may_wait && phase == heard->preempt_in &&
	    (phase == ACT_WAITING || step == 0))
		worker_preempt(heard->worker);
}

static void on_ended(const struct act_result *result, void *userdata)
{
	struct heard *heard = userdata;

	heard->result = *result;
	worker_free(heard->worker);
	sd_event_exit(heard->event, 0);
}

static void start_order(struct heard *heard, const struct job_order *order)
{
	const struct worker_events events = { on_progress, on_ended, heard };

	assert_int_equal(sd_event_new(&heard->event), 0);
	assert_int_equal(worker_start(heard->event, root_fd, order, &events,
				      &heard->worker),
			 0);
}

static void start(struct heard *heard, bool wait)
{
	const struct job_order order = { .plan = &plan, .wait = wait };

	*heard = (struct heard){ 0 };
	start_order(heard, &order);
}

static void finish(struct heard *heard)
{
	assert_int_equal(sd_event_loop(heard->event), 0);
	sd_event_unref(heard->event);
}

static void test_done(void **state _unused_)
{
	struct heard heard;

	plan.n_steps = 1;
	start(&heard, false);
	finish(&heard);
	assert_int_equal(heard.n_progress, 1);
	assert_int_equal(heard.result.outcome, ACT_DONE);
	assert_int_equal(heard.result.failure.cause, ACT_CAUSE_NONE);
}

/* There is no attribute dontfork. */
static void test_demanded(void **state _unused_)
{
	struct heard heard;

	plan.n_steps = 1;
	steps[0].demanded = true;
	start(&heard, false);
	finish(&heard);
	steps[0].demanded = false;
	assert_int_equal(heard.result.outcome, ACT_UNDONE);
	assert_int_equal(heard.result.failure.cause, ACT_CAUSE_IN_TREE_DRIVER);
}

/* A daemon that is busy meanwhile loses none of the reports. */
static void test_busy_daemon(void **state _unused_)
{
	struct heard heard;

	plan.n_steps = ARRAY_SIZE(steps);
	start(&heard, false);
	usleep(200000);
	finish(&heard);
	assert_int_equal(heard.n_progress, ARRAY_SIZE(steps));
	assert_int_equal(heard.result.outcome, ACT_DONE);
}

static void test_cancelled(void **state _unused_)
{
	int lock = act_lock(root_fd, REGION, true);
	struct heard heard;

	assert_true(lock >= 0);
	start(&heard, true);
	worker_cancel(heard.worker);
	finish(&heard);
	close(lock);
	assert_int_equal(heard.result.outcome, ACT_LOST);
	assert_int_equal(heard.result.failure.cause, ACT_CAUSE_WORKER_KILLED);
	assert_string_equal(heard.result.failure.value, "TERM");
	assert_string_equal(heard.result.device, "dax0.0");
}

/* The job before it has ended by now; but its plan is still of the time when
 * that was at work. */
static void test_waits(void **state _unused_)
{
	struct heard heard;

	start(&heard, true);
	finish(&heard);
	assert_int_equal(heard.n_progress, 0);
	assert_int_equal(heard.result.outcome, ACT_OVERTAKEN);
	assert_int_equal(heard.result.failure.cause, ACT_CAUSE_OTHER_JOB);
}

/* Two ends of a pipe for writing, one with a low number and one with a high
 * one; returns the one for reading. */
static int make_pipe(int ret[2])
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	ret[0] = fds[1];
	ret[1] = fcntl(fds[1], F_DUPFD, 200);
	assert_true(ret[1] >= 200);
	return fds[0];
}

/* The last step waits for users of whom nothing says that they are gone, until
 * that is preempted. */
static void wait_for_users(struct heard *heard)
{
	const struct job_order order = { .plan = &plan };
	const struct plan_step last = steps[ARRAY_SIZE(steps) - 1];
	int ends[2], fd;
	char text[2] = "";

	fd = openat(root_fd, DRAIN, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	steps[ARRAY_SIZE(steps) - 1] =
		(struct plan_step){ .kind = PLAN_CHECK_UNUSED,
				    .timeout = UINT64_MAX };
	plan.n_steps = ARRAY_SIZE(steps);
	heard->may_wait = true;
	heard->pipe = make_pipe(ends);
	start_order(heard, &order);
	close(ends[0]);
	close(ends[1]);
	finish(heard);
	assert_int_equal(heard->n_progress, ARRAY_SIZE(steps));
	assert_int_equal(heard->result.outcome, ACT_PREEMPTED);
	assert_int_equal(heard->result.failure.cause, ACT_CAUSE_PREEMPTED);
	/* Not drained any more. */
	assert_int_equal(pread(fd, text, 1, 0), 1);
	assert_string_equal(text, "0");
	steps[ARRAY_SIZE(steps) - 1] = last;
	unlinkat(root_fd, DRAIN, 0);
	close(heard->pipe);
	close(fd);
}

/* While it waits it has no descriptor of the daemon's. */
static void test_preempted(void **state _unused_)
{
	struct heard heard = { .preempt_in = ACT_WAITING };

	wait_for_users(&heard);
}

/* Long before it waits; heeded there, and nowhere else. */
static void test_preempted_early(void **state _unused_)
{
	struct heard heard = { .preempt_in = ACT_TAKING };

	wait_for_users(&heard);
}

/* The daemon is gone, or wants it gone. */
static void test_freed(void **state _unused_)
{
	int lock = act_lock(root_fd, REGION, true);
	struct heard heard;
	int status;

	assert_true(lock >= 0);
	start(&heard, true);
	worker_free(heard.worker);
	assert_true(waitpid(-1, &status, 0) > 0);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	sd_event_unref(heard.event);
	close(lock);
}

/* What is to be undone and cannot even be begun is not undone. */
static void test_undo_not_begun(void **state _unused_)
{
	const struct journal_job undo = { .id = "1", .plan = &plan };
	const struct job_order order = { .plan = &plan, .undo = &undo };
	struct heard heard = { 0 };
	int good = root_fd;

	root_fd = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(root_fd >= 0);
	start_order(&heard, &order);
	finish(&heard);
	close(root_fd);
	root_fd = good;
	assert_int_equal(heard.result.outcome, ACT_STUCK);
	assert_int_equal(heard.result.failure.cause, ACT_CAUSE_NOT_BEGUN);
}

/* Its lock cannot be made. */
static void test_not_begun(void **state _unused_)
{
	struct heard heard;
	int good = root_fd;

	root_fd = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(root_fd >= 0);
	start(&heard, false);
	finish(&heard);
	close(root_fd);
	root_fd = good;
	assert_int_equal(heard.result.outcome, ACT_UNDONE);
	assert_int_equal(heard.result.failure.cause, ACT_CAUSE_NOT_BEGUN);
	assert_int_equal(heard.result.failure.error, ENOENT);
}

/* How many jobs the journal has as done. */
static unsigned int count_done(void)
{
	_cleanup_close_ int fd =
		openat(root_fd, "run/daxbroker/journal", O_RDONLY | O_CLOEXEC);
	static char text[1 << 20];
	unsigned int n = 0;
	ssize_t size;

	size = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	assert_true(size >= 0);
	text[size] = '\0';
	for (const char *at = text; (at = strstr(at, "\"done\"")); at++)
		n++;
	return n;
}

/* The job goes on to its end, with nobody left to report to. */
static void test_daemon_dies(void **state _unused_)
{
	unsigned int done = count_done();
	struct heard heard;
	pid_t pid;

	plan.n_steps = ARRAY_SIZE(steps);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		start(&heard, false);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	for (int i = 0; i < 1000 && count_done() == done; i++)
		usleep(10000);
	assert_int_equal(count_done(), done + 1);
}

static int setup(void **state _unused_)
{
	static const char *const dirs[] = { "run",
					    "sys",
					    "sys/bus",
					    "sys/bus/dax",
					    "sys/bus/dax/devices",
					    DEVICE_DIR };
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	sigaddset(&blocked, SIGTERM); /* as the daemon has it */
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		steps[i] = (struct plan_step){ .kind = PLAN_ACCESS };
	if (!mkdtemp(root))
		return -1;
	root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		mkdirat(root_fd, dirs[i], 0755);
	close(openat(root_fd, ATTRIBUTE, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
	return root_fd < 0;
}

static int teardown(void **state _unused_)
{
	unlinkat(root_fd, "run/daxbroker/journal", 0);
	unlinkat(root_fd, "run/daxbroker/act-hmem.0.lock", 0);
	unlinkat(root_fd, "run/daxbroker", AT_REMOVEDIR);
	unlinkat(root_fd, "run", AT_REMOVEDIR);
	unlinkat(root_fd, ATTRIBUTE, 0);
	unlinkat(root_fd, DEVICE_DIR, AT_REMOVEDIR);
	unlinkat(root_fd, "sys/bus/dax/devices", AT_REMOVEDIR);
	unlinkat(root_fd, "sys/bus/dax", AT_REMOVEDIR);
	unlinkat(root_fd, "sys/bus", AT_REMOVEDIR);
	unlinkat(root_fd, "sys", AT_REMOVEDIR);
	close(root_fd);
	return rmdir(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_done),
		cmocka_unit_test(test_demanded),
		cmocka_unit_test(test_busy_daemon),
		cmocka_unit_test(test_cancelled),
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_preempted),
		cmocka_unit_test(test_preempted_early),
		cmocka_unit_test(test_freed),
		cmocka_unit_test(test_not_begun),
		cmocka_unit_test(test_undo_not_begun),
		cmocka_unit_test(test_daemon_dies),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
