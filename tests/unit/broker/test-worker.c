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
#include <stdio.h>
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
	assert_int_equal(worker_start(heard->event, root_fd, order, 1, &events,
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
	/* It goes when it is let go. */
	while (waitpid(-1, NULL, 0) > 0)
		;
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

/* A second order for the same process. */
struct pair {
	sd_event *event;
	struct worker *worker;
	struct job_order orders[2];
	struct act_result results[2];
	size_t n_results, n_waits;
	int next; /* what worker_next() came to */
	/* Between the two. */
	void (*meanwhile)(struct pair *pair);
	bool cancel_next;
};

static void on_progress_of_one(size_t step _unused_, enum act_phase phase,
			       void *userdata)
{
	((struct pair *)userdata)->n_waits += phase == ACT_WAITING;
}

static void on_end_of_one(const struct act_result *result, void *userdata)
{
	struct pair *pair = userdata;

	pair->results[pair->n_results++] = *result;
	if (pair->n_results == 1) {
		if (pair->meanwhile)
			pair->meanwhile(pair);
		pair->next = worker_next(pair->worker, &pair->orders[1]);
		if (pair->next == 0 && pair->cancel_next)
			worker_cancel(pair->worker);
		if (pair->next == 0)
			return;
	}
	worker_free(pair->worker);
	sd_event_exit(pair->event, 0);
}

static void run_pair(struct pair *pair, void (*meanwhile)(struct pair *pair))
{
	const struct worker_events events = { on_progress_of_one, on_end_of_one,
					      pair };

	*pair = (struct pair){
		.orders = { { .number = 7, .plan = &plan },
			    { .number = 9, .plan = &plan } },
		.meanwhile = meanwhile,
	};
	assert_int_equal(sd_event_new(&pair->event), 0);
	assert_int_equal(worker_start(pair->event, root_fd, pair->orders, 2,
				      &events, &pair->worker),
			 0);
	assert_int_equal(sd_event_loop(pair->event), 0);
	sd_event_unref(pair->event);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

static size_t children;

static void count_children(struct pair *pair _unused_)
{
	_cleanup_free_ char *path = NULL;
	char text[256] = "";
	int fd;

	assert_true(asprintf(&path, "/proc/self/task/%d/children", getpid()) >
		    0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0 && read(fd, text, sizeof(text) - 1) >= 0);
	close(fd);
	children = 0;
	for (const char *at = text; (at = strchr(at, ' ')); at++)
		children++;
}

static void test_two_orders(void **state _unused_)
{
	struct pair pair;

	plan.n_steps = 1;
	run_pair(&pair, count_children);
	assert_int_equal(pair.n_results, 2);
	assert_int_equal(pair.results[0].outcome, ACT_DONE);
	assert_int_equal(pair.results[1].outcome, ACT_DONE);
	/* It was there for the next one. */
	assert_int_equal(children, 1);
}

static void preempt_late(struct pair *pair)
{
	worker_preempt(pair->worker);
}

/* Came too late for the job that it was about, and is not about the next. */
static void test_late_preemption(void **state _unused_)
{
	const struct plan_step first = steps[0];
	struct pair pair;
	int fd;

	fd = openat(root_fd, DRAIN, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	plan.n_steps = 1;
	run_pair(&pair, preempt_late);
	assert_int_equal(pair.results[1].outcome, ACT_DONE);
	/* Waits for a little while, and is not preempted meanwhile. */
	steps[0] =
		(struct plan_step){ .kind = PLAN_CHECK_UNUSED, .timeout = 50 };
	run_pair(&pair, preempt_late);
	steps[0] = first;
	unlinkat(root_fd, DRAIN, 0);
	close(fd);
	assert_int_equal(pair.n_results, 2);
	/* Nobody knows of users in this tree. */
	assert_int_equal(pair.results[0].outcome, ACT_UNDONE);
	assert_int_equal(pair.results[1].outcome, ACT_UNDONE);
}

static void has_waited(struct pair *pair)
{
	pair->orders[1].waited = 50;
}

/* What the time is when it is begun counts. */
static void test_next_has_waited(void **state _unused_)
{
	const struct plan_step first = steps[0];
	struct pair pair;
	int fd;

	fd = openat(root_fd, DRAIN, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	plan.n_steps = 1;
	steps[0] =
		(struct plan_step){ .kind = PLAN_CHECK_UNUSED, .timeout = 50 };
	run_pair(&pair, NULL);
	assert_int_equal(pair.n_waits, 2);
	run_pair(&pair, has_waited);
	assert_int_equal(pair.n_waits, 1);
	steps[0] = first;
	unlinkat(root_fd, DRAIN, 0);
	close(fd);
}

static int on_time(sd_event_source *source, uint64_t usec _unused_,
		   void *userdata _unused_)
{
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

static void on_end_alone(const struct act_result *result _unused_,
			 void *userdata)
{
	worker_free(*(struct worker **)userdata);
}

/* The event loop goes on. */
static void test_reaped(void **state _unused_)
{
	const struct job_order order = { .plan = &plan };
	struct worker *worker;
	const struct worker_events events = { NULL, on_end_alone, &worker };
	sd_event *event;

	plan.n_steps = 1;
	assert_int_equal(sd_event_new(&event), 0);
	assert_int_equal(
		worker_start(event, root_fd, &order, 1, &events, &worker), 0);
	assert_true(sd_event_add_time_relative(event, NULL, CLOCK_MONOTONIC,
					       500000, 0, on_time, NULL) >= 0);
	assert_int_equal(sd_event_loop(event), 0);
	sd_event_unref(event);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void cancel_late(struct pair *pair)
{
	worker_cancel(pair->worker);
}

/* It is about to die: the next order is not for it. */
static void test_late_cancel(void **state _unused_)
{
	struct pair pair;

	plan.n_steps = 1;
	run_pair(&pair, cancel_late);
	assert_int_equal(pair.n_results, 1);
	assert_int_equal(pair.results[0].outcome, ACT_DONE);
	assert_true(pair.next < 0);
}

static int region_lock;

static void let_the_next_wait(struct pair *pair)
{
	region_lock = act_lock(root_fd, REGION, true);
	assert_true(region_lock >= 0);
	pair->cancel_next = true;
}

/* Of what it had done before nothing is lost. */
static void test_killed_in_the_second(void **state _unused_)
{
	struct pair pair = { 0 };

	plan.n_steps = 1;
	run_pair(&pair, let_the_next_wait);
	close(region_lock);
	assert_int_equal(pair.n_results, 2);
	assert_int_equal(pair.results[0].outcome, ACT_DONE);
	assert_int_equal(pair.results[1].outcome, ACT_LOST);
	assert_int_equal(pair.results[1].failure.cause,
			 ACT_CAUSE_WORKER_KILLED);
	assert_string_equal(pair.results[1].failure.value, "TERM");
}

static void ask_for_another(struct pair *pair)
{
	pair->orders[1].number = 8;
}

/* It does nothing that it was not forked for. */
static void test_unknown_order(void **state _unused_)
{
	struct pair pair;

	plan.n_steps = 1;
	run_pair(&pair, ask_for_another);
	assert_int_equal(pair.n_results, 2);
	assert_int_equal(pair.results[1].outcome, ACT_LOST);
	assert_int_equal(pair.results[1].failure.cause,
			 ACT_CAUSE_WORKER_EXITED);
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
	unlinkat(root_fd, "run/daxbroker/content-hmem.0.lock", 0);
	unlinkat(root_fd, "run/daxbroker/bind.lock", 0);
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
		cmocka_unit_test(test_two_orders),
		cmocka_unit_test(test_late_preemption),
		cmocka_unit_test(test_next_has_waited),
		cmocka_unit_test(test_reaped),
		cmocka_unit_test(test_late_cancel),
		cmocka_unit_test(test_killed_in_the_second),
		cmocka_unit_test(test_unknown_order),
		cmocka_unit_test(test_preempted),
		cmocka_unit_test(test_preempted_early),
		cmocka_unit_test(test_freed),
		cmocka_unit_test(test_not_begun),
		cmocka_unit_test(test_undo_not_begun),
		cmocka_unit_test(test_daemon_dies),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
