// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/caller.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"

/* The bus itself answers, at once if it is well. Root waits so long while it is
 * not. */
#define CALLER_TIMEOUT_USEC (5 * UINT64_C(1000000))

void caller_clear(struct caller *caller)
{
	free(caller->groups);
	caller->groups = NULL;
	caller->n_groups = 0;
}

DEFINE_CLEANUP(sd_bus_creds *, sd_bus_creds_unref)

int caller_ask(sd_bus_message *call, sd_bus_message_handler_t answered,
	       void *userdata, sd_bus_slot **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	sd_bus *bus = sd_bus_message_get_bus(call);
	int r;

	r = sd_bus_message_new_method_call(
		bus, &m, "org.freedesktop.DBus", "/org/freedesktop/DBus",
		"org.freedesktop.DBus", "GetConnectionCredentials");
	if (r >= 0)
		r = sd_bus_message_append(m, "s",
					  sd_bus_message_get_sender(call));
	if (r < 0)
		return r;
	r = sd_bus_call_async(bus, ret, m, answered, userdata,
			      CALLER_TIMEOUT_USEC);
	return r < 0 ? r : 0;
}

static int read_number(sd_bus_message *answer, uint32_t *ret)
{
	return sd_bus_message_read(answer, "v", "u", ret);
}

static int copy_groups(struct caller *caller, const uint32_t *groups, size_t n)
{
	if (n > CALLER_GROUPS_MAX)
		n = CALLER_GROUPS_MAX;
	if (n == 0 || caller->groups)
		return 0;
	caller->groups = calloc(n, sizeof(*caller->groups));
	if (!caller->groups)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		caller->groups[i] = groups[i];
	caller->n_groups = n;
	return 0;
}

static int read_groups(sd_bus_message *answer, struct caller *caller)
{
	const void *groups = NULL;
	size_t size = 0;
	int r;

	r = sd_bus_message_enter_container(answer, 'v', "au");
	if (r >= 0)
		r = sd_bus_message_read_array(answer, 'u', &groups, &size);
	if (r >= 0)
		r = copy_groups(caller, groups, size / sizeof(uint32_t));
	return r < 0 ? r : sd_bus_message_exit_container(answer);
}

/* *pidfd is borrowed from @answer. */
static int read_entry(sd_bus_message *answer, const char *name,
		      struct caller *caller, int *pidfd)
{
	uint32_t number;
	int r;

	if (strcmp(name, "UnixGroupIDs") == 0)
		return read_groups(answer, caller);
	if (strcmp(name, "ProcessFD") == 0)
		return sd_bus_message_read(answer, "v", "h", pidfd);
	if (strcmp(name, "UnixUserID") != 0 && strcmp(name, "ProcessID") != 0)
		return sd_bus_message_skip(answer, "v");
	r = read_number(answer, &number);
	if (r < 0)
		return r;
	if (strcmp(name, "UnixUserID") == 0)
		caller->uid = number;
	else
		caller->pid = (pid_t)number;
	return 0;
}

static int read_entries(sd_bus_message *answer, struct caller *caller,
			int *pidfd)
{
	const char *name;
	int r;

	r = sd_bus_message_enter_container(answer, 'a', "{sv}");
	while (r >= 0 &&
	       (r = sd_bus_message_enter_container(answer, 'e', "sv")) > 0) {
		r = sd_bus_message_read(answer, "s", &name);
		if (r >= 0)
			r = read_entry(answer, name, caller, pidfd);
		if (r >= 0)
			r = sd_bus_message_exit_container(answer);
	}
	return r;
}

/* Its number may be another one's by now. */
static bool is_over(int pidfd)
{
	struct pollfd end = { .fd = pidfd, .events = POLLIN };

	return pidfd >= 0 && poll(&end, 1, 0) > 0;
}

/*
 * A process's unit is in /proc, by its number. A bus that has no ProcessFD does
 * not say whether that is the same process still: then its user must be.
 */
static void find_unit(struct caller *caller, int pidfd)
{
	_cleanup_(cleanup_sd_bus_creds_unref) sd_bus_creds *creds = NULL;
	const char *unit;
	uid_t uid;

	if (caller->pid <= 0 ||
	    sd_bus_creds_new_from_pid(&creds, caller->pid,
				      SD_BUS_CREDS_EUID | SD_BUS_CREDS_UNIT) <
		    0 ||
	    sd_bus_creds_get_euid(creds, &uid) < 0 || uid != caller->uid ||
	    sd_bus_creds_get_unit(creds, &unit) < 0 || is_over(pidfd) ||
	    strlen(unit) >= sizeof(caller->unit))
		return;
	strcpy(caller->unit, unit);
}

int caller_read(sd_bus_message *answer, bool process, struct caller *ret)
{
	struct caller caller = { .uid = CALLER_UNKNOWN };
	int pidfd = -1, r;

	if (sd_bus_message_is_method_error(answer, SD_BUS_ERROR_NO_REPLY))
		return -ETIMEDOUT;
	if (sd_bus_message_is_method_error(answer, NULL))
		return -ENXIO;
	r = read_entries(answer, &caller, &pidfd);
	if (r < 0 || caller.uid == CALLER_UNKNOWN) {
		caller_clear(&caller);
		return r == -ENOMEM ? r : -ENXIO;
	}
	if (process)
		find_unit(&caller, pidfd);
	*ret = caller;
	return 0;
}
