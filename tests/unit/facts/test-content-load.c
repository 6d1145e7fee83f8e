// SPDX-License-Identifier: GPL-2.0-or-later
/* Whatever happens to the process that reads what devices hold. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/clock.h"
#include "facts/content-load.h"
#include "facts/content-probe.h"

#define DEVICES 5

static char driver[] = "device_dax", kmem[] = "kmem";
static char names[DEVICES][8] = { "dax0.0", "dax1.0", "dax2.0", "dax3.0",
				  "dax4.0" };
static struct facts_region region = { .provider = FACTS_PROVIDER_CXL };
static struct facts_device devices[DEVICES];
static struct facts_snapshot snapshot = {
	.regions = &region,
	.n_regions = 1,
	.devices = devices,
	.n_devices = DEVICES,
};

/* What reading a device does. */
enum fate { FINE, ERROR, BUS, SEGV, HANG, LEAVE, LIE, LIE_BELOW };
static enum fate fates[DEVICES];

int __wrap_content_probe(int root_fd, const struct facts_snapshot *all,
			 const struct facts_device *device,
			 enum content_kind *ret);
int __wrap_content_probe(int root_fd _unused_, const struct facts_snapshot *all,
			 const struct facts_device *device,
			 enum content_kind *ret)
{
	assert_ptr_equal(all, &snapshot);
	*ret = CONTENT_XFS;
	switch (fates[device - devices]) {
	case FINE:
		return 0;
	case ERROR:
		return -EACCES;
	case BUS:
		signal(SIGBUS, SIG_DFL);
		raise(SIGBUS);
		break;
	case SEGV:
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
		break;
	case HANG:
		signal(SIGTERM, SIG_IGN);
		for (;;)
			pause();
	case LEAVE:
		_exit(0);
	case LIE:
		*ret = CONTENT_KIND_COUNT;
		return 0;
	case LIE_BELOW:
		*ret = CONTENT_UNKNOWN;
		return 0;
	}
	_exit(1);
}

static bool missing;

bool __wrap_root_exists(int root_fd, const char *path);
bool __wrap_root_exists(int root_fd _unused_, const char *path)
{
	assert_memory_equal(path, "dev/dax", strlen("dev/dax"));
	return !missing;
}

static int set_up(void **state _unused_)
{
	for (size_t i = 0; i < DEVICES; i++) {
		devices[i] = (struct facts_device){
			.name = names[i],
			.driver = driver,
			.size = 4096,
			.users.exclusive = -1,
		};
		fates[i] = FINE;
	}
	return 0;
}

/* The third device has this fate, and all others are read. */
static void expect(enum fate fate, enum facts_content_why why)
{
	fates[2] = fate;
	content_load(0, &snapshot, NULL);
	for (size_t i = 0; i < DEVICES; i++) {
		if (i == 2)
			continue;
		assert_int_equal(devices[i].content, CONTENT_XFS);
		assert_int_equal(devices[i].content_why, FACTS_CONTENT_KNOWN);
	}
	assert_int_equal(devices[2].content,
			 fate == FINE ? CONTENT_XFS : CONTENT_UNKNOWN);
	assert_int_equal(devices[2].content_why, why);
	/* Nobody is left. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void test_fine(void **state _unused_)
{
	expect(FINE, FACTS_CONTENT_KNOWN);
}

static void test_error(void **state _unused_)
{
	expect(ERROR, FACTS_CONTENT_DENIED);
	/* What was known before is not any more. */
	fates[2] = FINE;
	expect(FINE, FACTS_CONTENT_KNOWN);
	expect(ERROR, FACTS_CONTENT_DENIED);
}

static void test_death(void **state _unused_)
{
	expect(BUS, FACTS_CONTENT_POISON);
	expect(SEGV, FACTS_CONTENT_FAILED);
	expect(LEAVE, FACTS_CONTENT_FAILED);
}

static void test_lies(void **state _unused_)
{
	expect(LIE, FACTS_CONTENT_FAILED);
	expect(LIE_BELOW, FACTS_CONTENT_FAILED);
}

static void test_all_die(void **state _unused_)
{
	for (size_t i = 0; i < DEVICES; i++)
		fates[i] = BUS;
	content_load(0, &snapshot, NULL);
	for (size_t i = 0; i < DEVICES; i++)
		assert_int_equal(devices[i].content_why, FACTS_CONTENT_POISON);
}

/* The clock ends it for all that are left; the next one has its time again. */
static void test_hang(void **state _unused_)
{
	const uint64_t begun = clock_msec();

	fates[2] = HANG;
	content_load(0, &snapshot, NULL);
	assert_in_range(clock_msec() - begun, CONTENT_LOAD_MS,
			CONTENT_LOAD_MS + 2000);
	assert_int_equal(devices[1].content, CONTENT_XFS);
	for (size_t i = 2; i < DEVICES; i++) {
		assert_int_equal(devices[i].content, CONTENT_UNKNOWN);
		assert_int_equal(devices[i].content_why, FACTS_CONTENT_SLOW);
	}
	usleep(100000); /* it is dead by then */
	expect(FINE, FACTS_CONTENT_KNOWN);
}

/* No process is started for what is not there. */
static void test_gone(void **state _unused_)
{
	for (size_t i = 0; i < DEVICES; i++)
		fates[i] = BUS;
	missing = true;
	content_load(0, &snapshot, NULL);
	missing = false;
	for (size_t i = 0; i < DEVICES; i++)
		assert_int_equal(devices[i].content_why, FACTS_CONTENT_GONE);
}

/* Only what somebody wants to know, and what can be read. */
static void test_wanted(void **state _unused_)
{
	static const bool wanted[DEVICES] = { false, true, true, true, false };

	for (size_t i = 0; i < DEVICES; i++)
		fates[i] = BUS;
	fates[1] = FINE;
	devices[2].driver = kmem;
	devices[3].size = 0;
	content_load(0, &snapshot, wanted);
	for (size_t i = 0; i < DEVICES; i++) {
		assert_int_equal(devices[i].content,
				 i == 1 ? CONTENT_XFS : CONTENT_UNKNOWN);
	}
	assert_int_equal(devices[1].content_why, FACTS_CONTENT_KNOWN);
	assert_int_equal(devices[2].content_why, FACTS_CONTENT_NOT_DEVDAX);
	assert_int_equal(devices[3].content_why, FACTS_CONTENT_NOT_READ);
	assert_int_equal(facts_device_content_why(&devices[2]),
			 FACTS_CONTENT_NOT_DEVDAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, set_up)
		TEST(test_fine),   TEST(test_error),   TEST(test_death),
		TEST(test_lies),   TEST(test_all_die), TEST(test_hang),
		TEST(test_wanted), TEST(test_gone),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
