// SPDX-License-Identifier: GPL-2.0-or-later
/* Which devices udev is made to process again. Its database is the test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <systemd/sd-device.h>

#include "basic/cleanup.h"
#include "daemon/udev-sync.h"

#define WANTED "DAXBROKER_MODE=devdax\nDAXBROKER_DEVICE_NAME=db\n"

/* What udev knows. */
static const char *properties[8][2];
static size_t n_properties, next;
static bool processed;

static unsigned int announced;
static char identity[] = "pmem:1", device[] = "dax0.0", udev[256];
static struct record record = {
	.identity = identity,
	.device = device,
	.udev = udev,
	.seen = true,
};
static struct record *records[] = { &record };
static const struct record_table table = { records, 1 };

/* In the place of libsystemd's and of the broker's. */
int sd_device_new_from_subsystem_sysname(sd_device **ret, const char *subsystem,
					 const char *sysname)
{
	assert_string_equal(subsystem, "dax");
	assert_string_equal(sysname, "dax0.0");
	*ret = (sd_device *)&properties;
	return 0;
}

int sd_device_get_is_initialized(sd_device *d _unused_)
{
	return processed;
}

const char *sd_device_get_property_next(sd_device *d _unused_, const char **ret)
{
	if (next == n_properties)
		return NULL;
	*ret = properties[next][1];
	return properties[next++][0];
}

const char *sd_device_get_property_first(sd_device *d, const char **ret)
{
	next = 0;
	return sd_device_get_property_next(d, ret);
}

sd_device *sd_device_unref(sd_device *d _unused_)
{
	return NULL;
}

const struct record_table *broker_records(const struct broker *b _unused_)
{
	return &table;
}

int broker_announce(const struct broker *b _unused_, const char *name)
{
	assert_string_equal(name, "dax0.0");
	announced++;
	return 0;
}

static void knows(const char *key, const char *value)
{
	properties[n_properties][0] = key;
	properties[n_properties++][1] = value;
}

static void changes(const char *text)
{
	strcpy(udev, text);
	record.udev_changed = true;
}

static int set_up(void **state _unused_)
{
	n_properties = announced = 0;
	processed = true;
	knows("DEVNAME", "/dev/dax0.0");
	knows("DAXBROKER_MODE", "devdax");
	changes(WANTED);
	return 0;
}

static void expect(unsigned int n)
{
	udev_sync_update(NULL);
	assert_int_equal(announced, n);
}

static void test_known(void **state _unused_)
{
	knows("DAXBROKER_DEVICE_NAME", "db");
	knows("ID_DAXBROKER_ACCESS", "set");
	expect(0);
}

static void test_missing(void **state _unused_)
{
	expect(1);
	/* Whatever udev makes of it: not again and again. */
	expect(1);
	changes("DAXBROKER_MODE=devdax\n");
	expect(1);
	changes("DAXBROKER_MODE=keep\n");
	expect(2);
}

static void test_other_value(void **state _unused_)
{
	/* The end of one that is wanted is not that. */
	knows("DAXBROKER_DEVICE_NAME", "d");
	expect(1);
}

static void test_too_much(void **state _unused_)
{
	knows("DAXBROKER_DEVICE_NAME", "db");
	knows("DAXBROKER_OWNER", "postgres");
	expect(1);
}

/* It asks when it does. */
static void test_not_processed(void **state _unused_)
{
	processed = false;
	expect(0);
}

#define sync_test(f) cmocka_unit_test_setup(f, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		sync_test(test_known),	       sync_test(test_missing),
		sync_test(test_other_value),   sync_test(test_too_much),
		sync_test(test_not_processed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
