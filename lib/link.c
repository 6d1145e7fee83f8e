// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lib/link.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>

#include "basic/cleanup.h"
#include "basic/names.h"

/* A bus that is well lets us in at once. */
#define OPEN_USEC UINT64_C(5000000)
/* After so long it is tried again. */
#define AGAIN_USEC UINT64_C(2000000)

#define BUS_DRIVER "org.freedesktop.DBus"
#define WATCH_OWNER                                                            \
	"type='signal',sender='" BUS_DRIVER "',path='/org/freedesktop/DBus',"  \
	"interface='" BUS_DRIVER "',member='NameOwnerChanged',arg0='" BUS_NAME \
	"'"

uint64_t link_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* Until the bus has let us in. */
static int wait_ready(sd_bus *bus)
{
	const uint64_t end = link_now() + OPEN_USEC;
	int r = 0;

	while (r >= 0 && sd_bus_is_ready(bus) == 0) {
		const uint64_t now = link_now();

		if (now >= end)
			return -ETIMEDOUT;
		r = sd_bus_process(bus, NULL);
		if (r == 0)
			r = sd_bus_wait(bus, end - now);
		if (r == -EINTR)
			r = 0;
	}
	return r < 0 ? r : 0;
}

int link_set_owner(struct link *link, const char *owner)
{
	char *copy = strdup(owner);

	if (!copy)
		return -ENOMEM;
	free(link->owner);
	link->owner = copy;
	return 0;
}

static int read_owner(struct link *link)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	sd_bus_error error = SD_BUS_ERROR_NULL;
	const char *owner;
	int r;

	r = sd_bus_call_method(link->bus, BUS_DRIVER, "/org/freedesktop/DBus",
			       BUS_DRIVER, "GetNameOwner", &error, &reply, "s",
			       BUS_NAME);
	if (r < 0 &&
	    sd_bus_error_has_name(&error, SD_BUS_ERROR_NAME_HAS_NO_OWNER))
		r = -EHOSTDOWN;
	sd_bus_error_free(&error);
	if (r >= 0)
		r = sd_bus_message_read(reply, "s", &owner);
	return r < 0 ? r : link_set_owner(link, owner);
}

static int add_source(int epoll, int fd)
{
	struct epoll_event event = { .events = EPOLLIN };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

/* What is polled stays the same, whichever connection it is. */
static int make_epoll(struct link *link)
{
	if (link->epoll >= 0)
		return 0;
	link->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (link->epoll < 0)
		return -errno;
	link->timer =
		timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (link->timer < 0)
		return -errno;
	return add_source(link->epoll, link->timer);
}

static void disconnect(struct link *link)
{
	link->bus = sd_bus_close_unref(link->bus);
	free(link->owner);
	link->owner = NULL;
	link->asked = false;
}

static int connect_bus(struct link *link)
{
	int r;

	link->fresh = true;
	r = sd_bus_open_system(&link->bus);
	if (r >= 0)
		r = wait_ready(link->bus);
	if (r >= 0)
		r = sd_bus_set_method_call_timeout(link->bus, OPEN_USEC);
	if (r >= 0)
		r = add_source(link->epoll, sd_bus_get_fd(link->bus));
	if (r >= 0)
		r = link_watch(link, WATCH_OWNER);
	if (r < 0)
		disconnect(link);
	return r < 0 ? r : 0;
}

static int take_owner(sd_bus_message *m, void *userdata,
		      sd_bus_error *ret_error)
{
	struct link *link = userdata;
	const char *owner;

	(void)ret_error;
	link->asked = false;
	if (!link->owner && !sd_bus_message_is_method_error(m, NULL) &&
	    sd_bus_message_read(m, "s", &owner) >= 0)
		link_set_owner(link, owner);
	return 1;
}

/* The answer comes before that to any call of the daemon. */
static int ask_owner(struct link *link)
{
	int r = sd_bus_call_method_async(
		link->bus, NULL, BUS_DRIVER, "/org/freedesktop/DBus",
		BUS_DRIVER, "GetNameOwner", take_owner, link, "s", BUS_NAME);

	link->asked = r >= 0;
	return r < 0 ? r : 0;
}

int link_open(struct link *link)
{
	int r = make_epoll(link);

	if (r >= 0)
		r = connect_bus(link);
	if (r < 0)
		return r;
	r = ask_owner(link);
	if (r < 0)
		disconnect(link);
	return r;
}

/* Who had the daemon's name when the link was opened, as it was answered. */
static void read_asked(struct link *link)
{
	while (link->asked && sd_bus_process(link->bus, NULL) > 0)
		;
}

void link_close(struct link *link)
{
	disconnect(link);
	if (link->timer >= 0)
		close(link->timer);
	if (link->epoll >= 0)
		close(link->epoll);
	*link = LINK_NONE;
}

int link_new_call(struct link *link, const char *path, const char *interface,
		  const char *method, sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	r = sd_bus_message_new_method_call(link->bus, &message, BUS_NAME, path,
					   interface, method);
	if (r >= 0)
		r = sd_bus_message_set_auto_start(message, 0);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(message);
	return 0;
}

int link_watch(struct link *link, const char *match)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	int r;

	r = sd_bus_message_new_method_call(link->bus, &m, BUS_DRIVER,
					   "/org/freedesktop/DBus", BUS_DRIVER,
					   "AddMatch");
	if (r >= 0)
		r = sd_bus_message_append(m, "s", match);
	if (r >= 0)
		r = sd_bus_message_set_expect_reply(m, 0);
	if (r >= 0)
		r = sd_bus_send(link->bus, m, NULL);
	return r < 0 ? r : 0;
}

void link_wake(struct link *link, uint64_t usec)
{
	/* Zero would disarm it. */
	const uint64_t wait = usec ? usec : 1;
	struct itimerspec t = { 0 };

	if (usec != UINT64_MAX) {
		t.it_value.tv_sec = (time_t)(wait / 1000000);
		t.it_value.tv_nsec = (long)(wait % 1000000) * 1000;
	}
	timerfd_settime(link->timer, 0, &t, NULL);
}

/* Keeps up who has the daemon's name: 1 where it is another one. */
static int follow_owner(struct link *link, sd_bus_message *m)
{
	const char *name, *old, *new;

	if (sd_bus_message_read(m, "sss", &name, &old, &new) < 0 ||
	    strcmp(name, BUS_NAME) != 0)
		return 0;
	free(link->owner);
	link->owner = *new ? strdup(new) : NULL;
	return link->owner != NULL;
}

static bool is_from(sd_bus_message *m, const char *sender)
{
	const char *from = sd_bus_message_get_sender(m);

	return sender && from && strcmp(from, sender) == 0;
}

static bool is_about_owner(sd_bus_message *m)
{
	return is_from(m, BUS_DRIVER) &&
	       sd_bus_message_is_signal(m, BUS_DRIVER, "NameOwnerChanged");
}

/* 1: some daemon has come; 0: it is @end. */
static int wait_owner(struct link *link, uint64_t end)
{
	int r = 0;

	while (r >= 0) {
		_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
		const uint64_t now = link_now();

		if (now >= end)
			return 0;
		r = sd_bus_process(link->bus, &m);
		if (r > 0 && m && is_about_owner(m) &&
		    follow_owner(link, m) > 0)
			return 1;
		if (r == 0)
			r = sd_bus_wait(link->bus, end == UINT64_MAX
							   ? UINT64_MAX
							   : end - now);
		if (r == -EINTR)
			r = 0;
	}
	return r;
}

/* What comes of signals may be old: who has the name now is asked. */
int link_wait_daemon(struct link *link, uint64_t usec)
{
	_cleanup_free_ char *before = NULL;
	uint64_t end;
	int r;

	read_asked(link);
	before = link->owner ? strdup(link->owner) : NULL;
	if (__builtin_add_overflow(link_now(), usec, &end))
		end = UINT64_MAX;
	while ((r = read_owner(link)) == -EHOSTDOWN) {
		r = wait_owner(link, end);
		if (r <= 0)
			return r;
	}
	return r < 0 ? r : !before || strcmp(before, link->owner) != 0;
}

static int reconnect(struct link *link, bool *ret_opened)
{
	int r = connect_bus(link);

	if (r >= 0)
		r = read_owner(link);
	if (r < 0 && r != -EHOSTDOWN) {
		disconnect(link);
		link_wake(link, AGAIN_USEC);
		return 0;
	}
	*ret_opened = true;
	return 1;
}

/* 1 and *ret if it is for the caller. */
static int sort_out(struct link *link, sd_bus_message *m, sd_bus_message **ret,
		    bool *ret_opened)
{
	if (is_about_owner(m))
		*ret_opened = follow_owner(link, m) > 0;
	else if (is_from(m, link->owner))
		*ret = sd_bus_message_ref(m);
	return *ret || *ret_opened;
}

int link_next(struct link *link, sd_bus_message **ret, bool *ret_opened)
{
	int r = 1;

	*ret = NULL;
	*ret_opened = false;
	link_wake(link, UINT64_MAX);
	if (!link->bus)
		return reconnect(link, ret_opened);
	while (r > 0) {
		_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;

		r = sd_bus_process(link->bus, &m);
		if (r > 0 && m && sort_out(link, m, ret, ret_opened) > 0)
			return 1;
	}
	if (r < 0) {
		disconnect(link);
		link_wake(link, AGAIN_USEC);
	}
	return 0;
}
