// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The monitor over a real socket of the kernel's, in namespaces of its own, in
 * which the test is udev: it sends what udev would send.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "broker/lease-desk.h"
#include "daemon/monitor.h"

#define EXIT_SKIPPED 77

/* In the place of the broker's. */
static unsigned int events, losses;
static struct broker_event last;
static char last_device[32];

void broker_event(struct broker *broker _unused_,
		  const struct broker_event *event)
{
	events++;
	last = *event;
	snprintf(last_device, sizeof(last_device), "%s", event->device ?: "");
}

void broker_events_lost(struct broker *broker _unused_)
{
	losses++;
}

static unsigned int poisons;
static uint64_t poisoned;
static char poisoned_device[32];

struct lease_desk *broker_lease_desk(struct broker *broker _unused_)
{
	return NULL;
}

void lease_desk_poisoned(struct lease_desk *desk _unused_, const char *device,
			 uint64_t address)
{
	poisons++;
	poisoned = address;
	snprintf(poisoned_device, sizeof(poisoned_device), "%s", device);
}

/* libsystemd's hash of a subsystem's name, by which the kernel filters:
 * MurmurHash2. */
static uint32_t hash_of(const char *text)
{
	const uint32_t m = 0x5bd1e995;
	uint32_t left = (uint32_t)strlen(text), h = left, k;

	for (; left >= 4; text += 4, left -= 4) {
		memcpy(&k, text, 4);
		k *= m;
		k ^= k >> 24;
		h = h * m ^ k * m;
	}
	for (uint32_t i = left; i-- > 0;)
		h ^= (uint32_t)text[i] << 8 * i;
	if (left)
		h *= m;
	h ^= h >> 13;
	h *= m;
	return h ^ h >> 15;
}

/* What stands before the properties in a message of udev's. */
struct header {
	char prefix[8];
	uint32_t magic, size, offset, length;
	uint32_t subsystem, devtype, tag_high, tag_low;
};

#define MAGIC 0xfeedcafeU
#define UDEV_GROUP 2

/* With a property more: "KEY=VALUE". */
static void send_property(int fd, const char *action, const char *subsystem,
			  const char *name, const char *property)
{
	const struct sockaddr_nl to = { .nl_family = AF_NETLINK,
					.nl_groups = UDEV_GROUP };
	struct {
		struct header header;
		char properties[256];
	} message = { .header = { .prefix = "libudev",
				  .magic = htonl(MAGIC) } };
	struct header *header = &message.header;
	int n;

	/* Each ends with a NUL. */
	n = snprintf(message.properties, sizeof(message.properties),
		     "ACTION=%s%cDEVPATH=/devices/x/%s%cSUBSYSTEM=%s%c"
		     "SEQNUM=7%c%s%c",
		     action, 0, name, 0, subsystem, 0, 0, property, 0);
	if (!*property)
		n--;
	header->size = header->offset = sizeof(*header);
	header->length = (uint32_t)n;
	header->subsystem = htonl(hash_of(subsystem));
	n += (int)sizeof(*header);
	assert_int_equal(sendto(fd, &message, (size_t)n, 0,
				(const struct sockaddr *)&to, sizeof(to)),
			 n);
}

static void send_action(int fd, const char *action, const char *subsystem,
			const char *name)
{
	send_property(fd, action, subsystem, name, "");
}

static void send_event(int fd, const char *subsystem, const char *name)
{
	send_action(fd, "add", subsystem, name);
}

/* As long as something comes. */
static void turn(sd_event *event)
{
	int r;

	do {
		r = sd_event_run(event, 0);
	} while (r > 0);
	assert_int_equal(r, 0);
}

static void test_monitor(void **state _unused_)
{
	struct monitor *monitor;
	sd_event *event;
	int fd;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
		    NETLINK_KOBJECT_UEVENT);
	assert_true(fd >= 0);
	assert_int_equal(sd_event_new(&event), 0);
	assert_int_equal(monitor_new(event, NULL, &monitor), 0);

	send_event(fd, "memory", "memory7");
	turn(event);
	assert_int_equal(events, 1);

	/* Of what it has not asked for, as much as there may be. */
	for (int i = 0; i < 20000; i++)
		send_event(fd, "block", "sda");
	turn(event);
	assert_int_equal(events, 1);
	assert_int_equal(losses, 0);

	for (int i = 0; i < 100000; i++)
		send_event(fd, "memory", "memory7");
	send_event(fd, "dax", "dax1.0");
	turn(event);
	assert_in_range(events, 2, 100000);
	assert_true(losses > 0);

	/* And that is over. */
	losses = 0;
	events = 0;
	send_event(fd, "dax", "dax2.0");
	turn(event);
	assert_int_equal(events, 1);
	assert_int_equal(losses, 0);

	monitor_free(monitor);
	sd_event_unref(event);
	close(fd);
}

static void expect(enum broker_event_kind kind, bool block, const char *device)
{
	assert_int_equal(events, 1);
	events = 0;
	assert_int_equal(last.kind, kind);
	assert_int_equal(last.block, block);
	assert_int_equal(last.block_id, block ? 33 : 0);
	assert_int_equal(last.seqnum, 7);
	assert_string_equal(last_device, device);
}

/* What the broker is told of each. */
static void test_events(void **state _unused_)
{
	static const struct {
		const char *action;
		enum broker_event_kind kind;
	} actions[] = {
		{ "add", BROKER_EVENT_ADD },
		{ "remove", BROKER_EVENT_REMOVE },
		{ "online", BROKER_EVENT_ONLINE },
		{ "offline", BROKER_EVENT_OFFLINE },
		{ "change", BROKER_EVENT_OTHER },
		{ "bind", BROKER_EVENT_OTHER },
	};
	struct monitor *monitor;
	sd_event *event;
	int fd;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
		    NETLINK_KOBJECT_UEVENT);
	assert_true(fd >= 0);
	assert_int_equal(sd_event_new(&event), 0);
	assert_int_equal(monitor_new(event, NULL, &monitor), 0);
	events = 0;
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		send_action(fd, actions[i].action, "memory", "memory33");
		turn(event);
		expect(actions[i].kind, true, "");
		send_action(fd, actions[i].action, "dax", "dax0.0");
		turn(event);
		expect(actions[i].kind, false, "dax0.0");
	}
	send_action(fd, "online", "node", "node1");
	turn(event);
	expect(BROKER_EVENT_ONLINE, false, "");
	monitor_free(monitor);
	sd_event_unref(event);
	close(fd);
}

/* Memory that failed, and what is like that. */
static void test_poison(void **state _unused_)
{
	struct monitor *monitor;
	sd_event *event;
	int fd;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
		    NETLINK_KOBJECT_UEVENT);
	assert_true(fd >= 0);
	assert_int_equal(sd_event_new(&event), 0);
	assert_int_equal(monitor_new(event, NULL, &monitor), 0);
	events = 0;
	send_property(fd, "change", "dax", "dax0.1", "DAX_POISON=0x140001000");
	turn(event);
	expect(BROKER_EVENT_OTHER, false, "dax0.1");
	assert_int_equal(poisons, 1);
	assert_true(poisoned == UINT64_C(0x140001000));
	assert_string_equal(poisoned_device, "dax0.1");
	send_property(fd, "change", "dax", "dax0.1", "DAX_DRAIN=drained");
	turn(event);
	expect(BROKER_EVENT_OTHER, false, "dax0.1");
	send_property(fd, "change", "dax", "dax0.1", "DAX_POISON=1x");
	turn(event);
	expect(BROKER_EVENT_OTHER, false, "dax0.1");
	send_property(fd, "online", "node", "node1", "DAX_POISON=0x1000");
	turn(event);
	expect(BROKER_EVENT_ONLINE, false, "");
	assert_int_equal(poisons, 1);
	monitor_free(monitor);
	sd_event_unref(event);
	close(fd);
}

static bool put(const char *path, const char *text)
{
	_cleanup_close_ int fd =
		open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	return fd >= 0 &&
	       write(fd, text, strlen(text)) == (ssize_t)strlen(text);
}

/* A network, whose sockets take messages of root's, which we are in it; and a
 * /run where udev runs. */
static bool be_alone(void)
{
	char users[32], groups[32];

	snprintf(users, sizeof(users), "0 %u 1", geteuid());
	snprintf(groups, sizeof(groups), "0 %u 1", getegid());
	return unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) == 0 &&
	       put("/proc/self/setgroups", "deny") &&
	       put("/proc/self/uid_map", users) &&
	       put("/proc/self/gid_map", groups) &&
	       mount("run", "/run", "tmpfs", 0, NULL) == 0 &&
	       mkdir("/run/udev", 0755) == 0 && put("/run/udev/control", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_poison),
		cmocka_unit_test(test_monitor),
	};

	if (!be_alone()) {
		perror("no namespaces of its own");
		return EXIT_SKIPPED;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
