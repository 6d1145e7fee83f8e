// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake-bus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "basic/names.h"

static void keep_reply(struct fake_bus *bus, sd_bus_message *m)
{
	struct fake_reply *reply = &bus->replies[bus->n_replies];
	const sd_bus_error *e = sd_bus_message_get_error(m);

	assert_true(bus->n_replies++ < FAKE_BUS_MAX);
	*reply = (struct fake_reply){ .message = sd_bus_message_ref(m) };
	assert_true(sd_bus_message_get_reply_cookie(m, &reply->cookie) >= 0);
	if (e) {
		snprintf(reply->error, sizeof(reply->error), "%s", e->name);
		snprintf(reply->text, sizeof(reply->text), "%s", e->message);
	}
}

static void say_user(struct fake_bus *bus, sd_bus_message *m)
{
	const char *name;

	if (bus->mute) {
		sd_bus_message_unref(bus->whose);
		bus->whose = sd_bus_message_ref(m);
		return;
	}
	assert_true(sd_bus_message_read(m, "s", &name) > 0);
	assert_true(sd_bus_reply_method_return(
			    m, "a{sv}", 4, "UnixUserID", "u",
			    (uint32_t)strtoul(name + 1, NULL, 10), "ProcessID",
			    "u", (uint32_t)bus->pid, "UnixGroupIDs", "au", 2,
			    100, 200, "WindowsSID", "s", "no") >= 0);
}

static void note_signal(struct fake_bus *bus, sd_bus_message *m)
{
	const char *path = sd_bus_message_get_path(m);
	size_t n = strlen(bus->signals);

	bus->changes += sd_bus_message_is_signal(m, NULL, "PropertiesChanged");
	/* These are about the objects below it. */
	if (strcmp(path, BUS_PATH) == 0 &&
	    !sd_bus_message_is_signal(m, NULL, "PropertiesChanged"))
		assert_true(sd_bus_message_read(m, "o", &path) > 0);
	snprintf(bus->signals + n, sizeof(bus->signals) - n, "%s %s,",
		 sd_bus_message_get_member(m), path + strlen(BUS_PATH));
}

/* What the daemon asks of the bus. */
static void drive(struct fake_bus *bus, sd_bus_message *m)
{
	const char *member = sd_bus_message_get_member(m), *match;

	if (strcmp(member, "Hello") == 0) {
		sd_bus_reply_method_return(m, "s", ":0.1");
	} else if (strcmp(member, "RequestName") == 0) {
		sd_bus_reply_method_return(m, "u", 1);
	} else if (strcmp(member, "GetConnectionCredentials") == 0) {
		say_user(bus, m);
	} else if (strcmp(member, "AddMatch") == 0) {
		assert_true(sd_bus_message_read(m, "s", &match) > 0);
		bus->watches += strstr(match, "NameOwnerChanged") != NULL;
		sd_bus_reply_method_return(m, NULL);
	} else if (strcmp(member, "RemoveMatch") == 0) {
		bus->watches--;
	}
}

static void ask(struct fake_bus *bus, sd_bus_message *m)
{
	if (sd_bus_message_is_method_call(m, NULL, "CheckAuthorization")) {
		assert_true(bus->n_asked < FAKE_BUS_MAX);
		bus->asked[bus->n_asked++] = sd_bus_message_ref(m);
	} else {
		bus->called_off++;
	}
}

static int on_message(sd_bus_message *m, void *userdata,
		      sd_bus_error *error _unused_)
{
	struct fake_bus *bus = userdata;
	const char *to = sd_bus_message_get_destination(m);
	uint8_t type;

	assert_true(sd_bus_message_get_type(m, &type) >= 0);
	if (type == SD_BUS_MESSAGE_METHOD_RETURN ||
	    type == SD_BUS_MESSAGE_METHOD_ERROR)
		keep_reply(bus, m);
	else if (type == SD_BUS_MESSAGE_SIGNAL)
		note_signal(bus, m);
	else if (to && strcmp(to, "org.freedesktop.DBus") == 0)
		drive(bus, m);
	else if (to && strcmp(to, "org.freedesktop.PolicyKit1") == 0)
		ask(bus, m);
	return 1;
}

static int on_connect(sd_event_source *source _unused_, int fd,
		      uint32_t events _unused_, void *userdata)
{
	struct fake_bus *bus = userdata;
	int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	sd_id128_t id = { .bytes = { 1 } };

	assert_true(peer >= 0);
	bus->connections++;
	bus->daemon = sd_bus_close_unref(bus->daemon);
	assert_true(sd_bus_new(&bus->daemon) >= 0);
	assert_true(sd_bus_set_fd(bus->daemon, peer, peer) >= 0);
	assert_true(sd_bus_set_server(bus->daemon, 1, id) >= 0);
	assert_true(sd_bus_negotiate_fds(bus->daemon, 1) >= 0);
	assert_true(sd_bus_start(bus->daemon) >= 0);
	assert_true(sd_bus_add_filter(bus->daemon, NULL, on_message, bus) >= 0);
	assert_true(sd_bus_attach_event(bus->daemon, bus->event, 0) >= 0);
	return 0;
}

void fake_bus_make(struct fake_bus *bus, sd_event *event)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char where[128];

	*bus = (struct fake_bus){ .event = event };
	snprintf(bus->folder, sizeof(bus->folder), "/tmp/fake-bus.XXXXXX");
	assert_non_null(mkdtemp(bus->folder));
	snprintf(bus->path, sizeof(bus->path), "%s/socket", bus->folder);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", bus->path);
	bus->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(bus->listener, (struct sockaddr *)&address,
			      sizeof(address)),
			 0);
	assert_int_equal(listen(bus->listener, 1), 0);
	assert_true(sd_event_add_io(event, &bus->accept, bus->listener, 1,
				    on_connect, bus) >= 0);
	snprintf(where, sizeof(where), "unix:path=%s", bus->path);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", where, 1);
}

static void forget_asked(struct fake_bus *bus)
{
	while (bus->n_asked > 0)
		sd_bus_message_unref(bus->asked[--bus->n_asked]);
}

void fake_bus_remove(struct fake_bus *bus)
{
	forget_asked(bus);
	sd_bus_message_unref(bus->whose);
	while (bus->n_replies > 0)
		sd_bus_message_unref(bus->replies[--bus->n_replies].message);
	sd_bus_close_unref(bus->daemon);
	sd_event_source_unref(bus->accept);
	close(bus->listener);
	unlink(bus->path);
	rmdir(bus->folder);
}

void fake_bus_run(struct fake_bus *bus)
{
	while (sd_event_run(bus->event, 0) > 0)
		;
}

uint64_t fake_bus_ask(struct fake_bus *bus, const char *path,
		      const char *interface, const char *method)
{
	sd_bus_message *m = NULL;
	uint64_t cookie;

	assert_true(sd_bus_message_new_method_call(bus->daemon, &m, ":0.1",
						   path, interface,
						   method) >= 0);
	assert_true(sd_bus_message_set_sender(m, ":1000.1") >= 0);
	assert_true(sd_bus_send(bus->daemon, m, &cookie) >= 0);
	sd_bus_message_unref(m);
	return cookie;
}

uint64_t fake_bus_call(struct fake_bus *bus, const char *sender,
		       const char *method, const char *argument)
{
	const bool of_job = strcmp(method, "Cancel") == 0;
	sd_bus_message *m = NULL;
	uint64_t cookie;

	assert_true(sd_bus_message_new_method_call(bus->daemon, &m, ":0.1",
						   of_job ? argument : BUS_PATH,
						   of_job ? BUS_JOB_INTERFACE
							  : BUS_INTERFACE,
						   method) >= 0);
	assert_true(sd_bus_message_set_sender(m, sender) >= 0);
	if (strcmp(method, "Apply") == 0)
		assert_true(sd_bus_message_append(m, "as", argument ? 1 : 0,
						  argument) >= 0);
	assert_true(sd_bus_message_set_allow_interactive_authorization(
			    m, bus->interactive) >= 0);
	assert_true(sd_bus_send(bus->daemon, m, &cookie) >= 0);
	sd_bus_message_unref(m);
	return cookie;
}

/* A field of a message's header: code, type, and a text or a number. */
static void put_field(char *buf, size_t *size, char code, char type,
		      const char *text, uint32_t number)
{
	*size = (*size + 7) & ~(size_t)7;
	buf[(*size)++] = code;
	buf[(*size)++] = 1;
	buf[(*size)++] = type;
	buf[(*size)++] = '\0';
	if (text)
		number = (uint32_t)strlen(text);
	memcpy(&buf[*size], &number, sizeof(number));
	*size += sizeof(number);
	if (!text)
		return;
	memcpy(&buf[*size], text, number + 1);
	*size += number + 1;
}

static size_t put_apply(char *buf, const char *sender)
{
	/* Byte order, call, flags, version, length of the body, cookie. */
	static const uint32_t start[] = { 'l' | 1 << 8 | 1 << 24,
					  sizeof(uint32_t), 1000 };
	static const char signature[] = { 8, 1, 'g', 0, 2, 'a', 's', 0 };
	size_t size = sizeof(start) + sizeof(uint32_t);
	uint32_t fields;

	memcpy(buf, start, sizeof(start));
	put_field(buf, &size, 1, 'o', BUS_PATH, 0);
	put_field(buf, &size, 2, 's', BUS_INTERFACE, 0);
	put_field(buf, &size, 3, 's', "Apply", 0);
	put_field(buf, &size, 6, 's', ":0.1", 0);
	put_field(buf, &size, 7, 's', sender, 0);
	put_field(buf, &size, 9, 'u', NULL, 1);
	size = (size + 7) & ~(size_t)7;
	memcpy(&buf[size], signature, sizeof(signature));
	size += sizeof(signature);
	fields = (uint32_t)(size - sizeof(start) - sizeof(fields));
	memcpy(&buf[sizeof(start)], &fields, sizeof(fields));
	/* The body is an empty array. */
	return ((size + 7) & ~(size_t)7) + sizeof(uint32_t);
}

void fake_bus_call_with_fd(struct fake_bus *bus, const char *sender, int fd)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(fd))] = "";
	char buf[512] = "";
	struct iovec data = { buf, put_apply(buf, sender) };
	struct msghdr m = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	assert_int_equal(sendmsg(sd_bus_get_fd(bus->daemon), &m, 0),
			 data.iov_len);
}

void fake_bus_time_out(struct fake_bus *bus)
{
	assert_true(sd_bus_reply_method_errorf(bus->whose,
					       SD_BUS_ERROR_NO_REPLY,
					       "Method call timed out") >= 0);
}

const struct fake_reply *fake_bus_reply(const struct fake_bus *bus,
					uint64_t cookie)
{
	for (size_t i = 0; i < bus->n_replies; i++)
		if (bus->replies[i].cookie == cookie)
			return &bus->replies[i];
	return NULL;
}

void fake_bus_leave(struct fake_bus *bus, const char *sender)
{
	sd_bus_message *m = NULL;

	if (bus->watches == 0)
		return;
	assert_true(sd_bus_message_new_signal(
			    bus->daemon, &m, "/org/freedesktop/DBus",
			    "org.freedesktop.DBus", "NameOwnerChanged") >= 0);
	assert_true(sd_bus_message_set_sender(m, "org.freedesktop.DBus") >= 0);
	assert_true(sd_bus_message_append(m, "sss", sender, sender, "") >= 0);
	assert_true(sd_bus_send(bus->daemon, m, NULL) >= 0);
	sd_bus_message_unref(m);
}

void fake_bus_decide(struct fake_bus *bus, bool allowed, bool challenge)
{
	for (size_t i = 0; i < bus->n_asked; i++)
		assert_true(sd_bus_reply_method_return(bus->asked[i],
						       "(bba{ss})", allowed,
						       challenge, 0) >= 0);
	forget_asked(bus);
}

void fake_bus_fail(struct fake_bus *bus, const char *error, const char *text)
{
	for (size_t i = 0; i < bus->n_asked; i++)
		assert_true(sd_bus_reply_method_errorf(bus->asked[i], error,
						       "%s", text) >= 0);
	forget_asked(bus);
}
