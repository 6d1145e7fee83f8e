// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>
#include <unistd.h>

#include "attack/attack.h"

#define NAME "org.daxbroker1"
#define PATH "/org/daxbroker1"
#define INTERFACE "org.daxbroker1.Manager"
#define DEVICE "org.daxbroker1.Device"
#define JOB "org.daxbroker1.Job"
#define OBJECTS "org.freedesktop.DBus.ObjectManager"
#define PROPERTIES "org.freedesktop.DBus.Properties"
#define CONNECTIONS_MAX 250
#define TEXT_MAX (8 << 20)
/* Of calls whose answers nobody waits for, before the connection ends. */
#define BURST 200

static char *text; /* TEXT_MAX bytes, and a NUL */

/* What a call has for arguments. */
static int nothing(sd_bus_message *m __attribute__((unused)))
{
	return 0;
}

static int everything(sd_bus_message *m)
{
	return sd_bus_message_append(m, "as", 0);
}

/* A name of a device: of any length, and not always one that can be printed. */
static int device(sd_bus_message *m)
{
	static const unsigned int lengths[] = { 0, 7, 300, 65536, TEXT_MAX };
	unsigned int n = lengths[attack_random(5)];
	char last = text[n];
	int r;

	text[n] = 0;
	r = sd_bus_message_append(m, "as", 1, text);
	text[n] = last;
	return r;
}

static int numbers(sd_bus_message *m)
{
	return sd_bus_message_append_array(m, 'u', text, 1 << 20);
}

static int descriptors(sd_bus_message *m)
{
	int r = 0;

	for (int i = 0; i < 16 && r >= 0; i++)
		r = sd_bus_message_append(m, "h", STDIN_FILENO);
	return r;
}

static int property(sd_bus_message *m)
{
	static const char *const names[] = { "Settled", "PolicyErrors", "None",
					     "\x01\x02" };

	return sd_bus_message_append(m, "ss", INTERFACE,
				     names[attack_random(4)]);
}

static int all_properties(sd_bus_message *m)
{
	return sd_bus_message_append(m, "s", INTERFACE);
}

static int value(sd_bus_message *m)
{
	return sd_bus_message_append(m, "ssv", INTERFACE, "Settled", "b", 1);
}

static const struct call {
	const char *path, *interface, *member;
	int (*append)(sd_bus_message *m);
} calls[] = {
	{ PATH, INTERFACE, "Apply", everything },
	{ PATH, INTERFACE, "Apply", numbers },
	{ PATH, INTERFACE, "Apply", device },
	{ PATH "/job/job1", JOB, "Cancel", nothing },
	{ PATH "/job/job2", JOB, "Cancel", descriptors },
	{ PATH "/job", JOB, "Cancel", nothing },
	{ PATH, INTERFACE, "ListDevices", nothing },
	{ PATH, INTERFACE, "ListDevices", device },
	{ PATH, OBJECTS, "GetManagedObjects", nothing },
	{ PATH "/device/dax0_2e0", DEVICE, "Apply", nothing },
	{ PATH, INTERFACE, "Unknown", device },
	{ PATH, "org.unknown", "Apply", nothing },
	{ "/", INTERFACE, "Apply", nothing },
	{ PATH "/a/b/c/d/e/f", INTERFACE, "ListDevices", numbers },
	{ PATH, PROPERTIES, "Get", property },
	{ PATH, PROPERTIES, "GetAll", all_properties },
	{ PATH, PROPERTIES, "Set", value },
	{ PATH, "org.freedesktop.DBus.Introspectable", "Introspect", nothing },
	{ PATH, "org.freedesktop.DBus.Peer", "Ping", numbers },
};

static int send_call(sd_bus *bus)
{
	const struct call *call =
		&calls[attack_random(sizeof(calls) / sizeof(calls[0]))];
	sd_bus_message *m = NULL;
	int r;

	r = sd_bus_message_new_method_call(bus, &m, NAME, call->path,
					   call->interface, call->member);
	if (r >= 0 && attack_random(2))
		r = sd_bus_message_set_allow_interactive_authorization(m, 1);
	if (r >= 0)
		r = call->append(m);
	if (r >= 0 && attack_random(8) == 0)
		r = sd_bus_message_set_expect_reply(m, 0);
	if (r >= 0)
		r = sd_bus_send(bus, m, NULL);
	sd_bus_message_unref(m);
	return r;
}

/* What is queued on both sides is dropped with the connection, now and then. */
static void flood(sd_bus **bus)
{
	int r = 0;

	if (!*bus && sd_bus_open_system(bus) < 0) {
		nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
		return;
	}
	for (int i = attack_random(20); i >= 0 && r >= 0; i--)
		r = send_call(*bus);
	while (attack_random(10) != 0 && sd_bus_process(*bus, NULL) > 0)
		;
	if (r < 0 || attack_random(BURST) == 0)
		*bus = sd_bus_close_unref(*bus);
}

int attack_bus(int connections)
{
	static sd_bus *buses[CONNECTIONS_MAX];

	text = malloc(TEXT_MAX + 1);
	if (!text || connections < 1 || connections > CONNECTIONS_MAX)
		return 2;
	memset(text, '\x1b', TEXT_MAX + 1);
	srandom((unsigned int)getpid());
	for (;;)
		flood(&buses[attack_random((unsigned int)connections)]);
}
