// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A daemon that has nothing but the pool "ram" and its leases, whose devices
 * are files in memory, on the bus of $DBUS_SYSTEM_BUS_ADDRESS, until it is
 * killed. A test says over /test what it is to do.
 *
 * usage: serve-leases FOLDER [ID]
 *        serve-leases call METHOD [ARGUMENT...]
 *
 * FOLDER is for FIFOs, and ID is a lease that it has from before, which is
 * wanted back. With MUTE in the environment requests have no answer. METHOD is
 * one of /test; the answer is printed.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/names.h"

#define TEST_PATH BUS_PATH "/test"
#define POOL_PATH BUS_PATH "/pool/ram"

struct lease {
	char *path;
	char id[17], name[64], state[16], incarnation[33];
	uint64_t size, align, deadline, since;
	int node, device, fifo;
	int revocable, by_path;
	sd_bus_slot *slot;
	sd_event_source *hup;
	struct lease *next;
};

static sd_event *event;
static sd_bus *bus;
static const char *folder;
static struct lease *leases;
static uint64_t last_id;

/* What a test has asked for, of the next Acquire(). */
static char *next_error, *next_text;
static bool mute, dies, forgets;
/* What the last one said. */
static char asked[512];

static void remove_lease(struct lease *lease)
{
	struct lease **p = &leases;

	while (*p != lease)
		p = &(*p)->next;
	*p = lease->next;
	sd_bus_emit_interfaces_removed(bus, lease->path, BUS_LEASE_INTERFACE,
				       NULL);
	sd_bus_slot_unref(lease->slot);
	sd_event_source_unref(lease->hup);
	close(lease->fifo);
	close(lease->device);
	free(lease->path);
	free(lease);
}

static void set_state(struct lease *lease, const char *state)
{
	snprintf(lease->state, sizeof(lease->state), "%s", state);
	sd_bus_emit_properties_changed(bus, lease->path, BUS_LEASE_INTERFACE,
				       "State", NULL);
}

static int on_hup(sd_event_source *source _unused_, int fd _unused_,
		  uint32_t events _unused_, void *userdata)
{
	remove_lease(userdata);
	return 0;
}

static int on_release(sd_bus_message *m, void *userdata,
		      sd_bus_error *error _unused_)
{
	set_state(userdata, "draining");
	return sd_bus_reply_method_return(m, NULL);
}

static int on_reclaim(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	struct lease *lease = userdata;
	uint64_t usec, now;
	int r;

	r = sd_bus_message_read(m, "t", &usec);
	if (r < 0)
		return r;
	if (usec == 666000)
		return sd_bus_error_set(error, SD_BUS_ERROR_ACCESS_DENIED,
					"Access denied");
	if (!lease->revocable)
		return sd_bus_error_set(error, SD_BUS_ERROR_NOT_SUPPORTED,
					"the lease is not revocable");
	sd_event_now(event, CLOCK_REALTIME, &now);
	lease->deadline = now + usec;
	sd_bus_emit_properties_changed(bus, lease->path, BUS_LEASE_INTERFACE,
				       "Deadline", NULL);
	sd_bus_emit_signal(bus, lease->path, BUS_LEASE_INTERFACE,
			   "ReclaimRequested", "t", lease->deadline);
	return sd_bus_reply_method_return(m, NULL);
}

/* Of one that has ended. */
static int on_get_holder(sd_bus_message *m, void *userdata,
			 sd_bus_error *error _unused_)
{
	const struct lease *lease = userdata;

	if (strcmp(lease->state, "draining") != 0)
		return sd_bus_reply_method_return(m, "a{sv}", 0);
	return sd_bus_reply_method_return(
		m, "a{sv}", 5, "blocker_kind", "s", "mapped", "blocker_pid",
		"t", UINT64_C(812), "blocker_command", "s", "child",
		"blocker_cgroup", "s", "/system.slice/far.service",
		"blocker_count", "t", UINT64_C(3));
}

static int get_text(sd_bus *b _unused_, const char *path _unused_,
		    const char *interface _unused_, const char *property,
		    sd_bus_message *reply, void *userdata,
		    sd_bus_error *error _unused_)
{
	const struct lease *lease = userdata;
	const char *text = "ram";
	char node[64] = "";

	if (lease->by_path)
		snprintf(node, sizeof(node), DEV_LEASES "/%s", lease->id);
	if (strcmp(property, "Id") == 0)
		text = lease->id;
	else if (strcmp(property, "Name") == 0)
		text = lease->name;
	else if (strcmp(property, "State") == 0)
		text = lease->state;
	else if (strcmp(property, "Incarnation") == 0)
		text = lease->incarnation;
	else if (strcmp(property, "Path") == 0)
		text = node;
	else if (strcmp(property, "Unit") == 0)
		text = "cache.service";
	return sd_bus_message_append(reply, "s", text);
}

static int get_device(sd_bus *b _unused_, const char *path _unused_,
		      const char *interface _unused_,
		      const char *property _unused_, sd_bus_message *reply,
		      void *userdata _unused_, sd_bus_error *error _unused_)
{
	return sd_bus_message_append(reply, "o", BUS_PATH "/device/dax0_2e1");
}

static int get_owner(sd_bus *b _unused_, const char *path _unused_,
		     const char *interface _unused_, const char *property,
		     sd_bus_message *reply, void *userdata _unused_,
		     sd_bus_error *error _unused_)
{
	return sd_bus_message_append(reply, "u",
				     strcmp(property, "Uid") == 0
					     ? (uint32_t)getuid()
					     : (uint32_t)getppid());
}

#define CONSTANT SD_BUS_VTABLE_PROPERTY_CONST
#define CHANGES SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE

static const sd_bus_vtable lease_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("Release", "", "", on_release,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Reclaim", "t", "", on_reclaim,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("GetHolder", "", "a{sv}", on_get_holder,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_SIGNAL("ReclaimRequested", "t", 0),
	SD_BUS_SIGNAL("Poisoned", "tt", 0),
	SD_BUS_PROPERTY("Id", "s", get_text, 0, CONSTANT),
	SD_BUS_PROPERTY("Pool", "s", get_text, 0, CONSTANT),
	SD_BUS_PROPERTY("Name", "s", get_text, 0, CONSTANT),
	SD_BUS_PROPERTY("Unit", "s", get_text, 0, CONSTANT),
	SD_BUS_PROPERTY("Path", "s", get_text, 0, CHANGES),
	SD_BUS_PROPERTY("State", "s", get_text, 0, CHANGES),
	SD_BUS_PROPERTY("Incarnation", "s", get_text, 0, CONSTANT),
	SD_BUS_PROPERTY("Device", "o", get_device, 0, CONSTANT),
	SD_BUS_PROPERTY("Uid", "u", get_owner, 0, CONSTANT),
	SD_BUS_PROPERTY("Pid", "u", get_owner, 0, CONSTANT),
	SD_BUS_PROPERTY("Size", "t", NULL, offsetof(struct lease, size),
			CONSTANT),
	SD_BUS_PROPERTY("Align", "t", NULL, offsetof(struct lease, align),
			CONSTANT),
	SD_BUS_PROPERTY("Node", "i", NULL, offsetof(struct lease, node),
			CONSTANT),
	SD_BUS_PROPERTY("Revocable", "b", NULL,
			offsetof(struct lease, revocable), CONSTANT),
	SD_BUS_PROPERTY("Deadline", "t", NULL, offsetof(struct lease, deadline),
			CHANGES),
	SD_BUS_PROPERTY("Since", "t", NULL, offsetof(struct lease, since),
			CONSTANT),
	SD_BUS_VTABLE_END,
};

/* The FIFO's writing end, and an event when nobody has that any more. */
static int make_fifo(struct lease *lease, int *ret)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, lease->id);
	if (mkfifo(path, 0600) < 0)
		return -errno;
	lease->fifo = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	*ret = open(path, O_WRONLY | O_CLOEXEC);
	unlink(path);
	return sd_event_add_io(event, &lease->hup, lease->fifo, 0, on_hup,
			       lease);
}

static int add_lease(struct lease *lease, int *ret_fifo)
{
	int r;

	snprintf(lease->id, sizeof(lease->id), "%016" PRIx64,
		 ++last_id | UINT64_C(0x5a00000000000000));
	snprintf(lease->incarnation, sizeof(lease->incarnation), "%032" PRIx64,
		 last_id);
	snprintf(lease->state, sizeof(lease->state), "active");
	sd_event_now(event, CLOCK_REALTIME, &lease->since);
	lease->next = leases;
	leases = lease;
	lease->device = memfd_create("device", MFD_CLOEXEC);
	if (lease->device < 0 ||
	    ftruncate(lease->device, (off_t)lease->size) < 0)
		return -errno;
	r = make_fifo(lease, ret_fifo);
	if (r >= 0)
		r = sd_bus_path_encode(BUS_PATH "/lease", lease->id,
				       &lease->path);
	if (r >= 0)
		r = sd_bus_add_object_vtable(bus, &lease->slot, lease->path,
					     BUS_LEASE_INTERFACE, lease_vtable,
					     lease);
	if (r >= 0)
		r = sd_bus_emit_interfaces_added(bus, lease->path,
						 BUS_LEASE_INTERFACE, NULL);
	return r;
}

static int read_option(sd_bus_message *m, struct lease *lease)
{
	const char *name, *type, *text;
	size_t n = strlen(asked);
	uint64_t number;
	int value, r;

	r = sd_bus_message_read(m, "s", &name);
	if (r >= 0)
		r = sd_bus_message_peek_type(m, NULL, &type);
	if (r < 0)
		return r;
	if (*type == 's') {
		r = sd_bus_message_read(m, "v", "s", &text);
		snprintf(lease->name, sizeof(lease->name), "%s", text);
		snprintf(asked + n, sizeof(asked) - n, " %s=%s", name, text);
	} else if (*type == 't') {
		r = sd_bus_message_read(m, "v", "t", &number);
		if (strcmp(name, "align") == 0)
			lease->align = number;
		snprintf(asked + n, sizeof(asked) - n, " %s=%" PRIu64, name,
			 number);
	} else {
		r = sd_bus_message_read(m, "v", type, &value);
		if (strcmp(name, "node") == 0)
			lease->node = value;
		if (strcmp(name, "revocable") == 0)
			lease->revocable = value;
		if (strcmp(name, "path") == 0)
			lease->by_path = value;
		snprintf(asked + n, sizeof(asked) - n, " %s=%d", name, value);
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_request(sd_bus_message *m, struct lease *lease)
{
	int r;

	lease->align = 2 << 20;
	lease->node = 1;
	r = sd_bus_message_read(m, "t", &lease->size);
	if (r >= 0)
		r = sd_bus_message_enter_container(m, 'a', "{sv}");
	snprintf(asked, sizeof(asked), "size=%" PRIu64, lease->size);
	while (r >= 0) {
		r = sd_bus_message_enter_container(m, 'e', "sv");
		if (r <= 0)
			break;
		r = read_option(m, lease);
	}
	/* The granule. */
	lease->size = (lease->size + (4 << 20) - 1) & -(UINT64_C(4) << 20);
	return r;
}

static int refuse(sd_bus_error *error)
{
	sd_bus_error_set(error, next_error, next_text);
	free(next_error);
	free(next_text);
	next_error = next_text = NULL;
	return -EIO;
}

static int on_acquire(sd_bus_message *m, void *userdata _unused_,
		      sd_bus_error *error)
{
	struct lease *lease, ignored = { 0 };
	int fifo = -1, r;

	if (mute)
		return read_request(m, &ignored) < 0 ? -EINVAL : 1;
	if (next_error)
		return refuse(error);
	lease = calloc(1, sizeof(*lease));
	if (!lease)
		return -ENOMEM;
	r = read_request(m, lease);
	if (r >= 0)
		r = add_lease(lease, &fifo);
	if (r >= 0)
		r = sd_bus_reply_method_return(m, "hho", lease->device, fifo,
					       lease->path);
	close(fifo);
	/* From now on the client alone has the FIFO's end. */
	if (dies) {
		sd_bus_flush(bus);
		_exit(0);
	}
	if (r >= 0 && forgets)
		remove_lease(lease);
	return r;
}

static int get_zero(sd_bus *b _unused_, const char *path _unused_,
		    const char *interface _unused_,
		    const char *property _unused_, sd_bus_message *reply,
		    void *userdata _unused_, sd_bus_error *error _unused_)
{
	return sd_bus_message_append(reply, "t", UINT64_C(0));
}

static const sd_bus_vtable pool_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("Acquire", "ta{sv}", "hho", on_acquire,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_PROPERTY("Size", "t", get_zero, 0, CONSTANT),
	SD_BUS_VTABLE_END,
};

static int on_answer(sd_bus_message *m, void *userdata _unused_,
		     sd_bus_error *error _unused_)
{
	const char *name, *text;
	int r = sd_bus_message_read(m, "ss", &name, &text);

	if (r < 0)
		return r;
	next_error = strdup(name);
	next_text = strdup(text);
	return sd_bus_reply_method_return(m, NULL);
}

static int on_mute(sd_bus_message *m, void *userdata _unused_,
		   sd_bus_error *error _unused_)
{
	int on, r = sd_bus_message_read(m, "b", &on);

	mute = on;
	return r < 0 ? r : sd_bus_reply_method_return(m, NULL);
}

/* As soon as the next one has its lease. */
static int on_die(sd_bus_message *m, void *userdata _unused_,
		  sd_bus_error *error _unused_)
{
	dies = true;
	return sd_bus_reply_method_return(m, NULL);
}

/* Whatever it has handed out. */
static int on_forget(sd_bus_message *m, void *userdata _unused_,
		     sd_bus_error *error _unused_)
{
	forgets = true;
	return sd_bus_reply_method_return(m, NULL);
}

static int on_asked(sd_bus_message *m, void *userdata _unused_,
		    sd_bus_error *error _unused_)
{
	return sd_bus_reply_method_return(m, "s", asked);
}

static int on_count(sd_bus_message *m, void *userdata _unused_,
		    sd_bus_error *error _unused_)
{
	uint32_t n = 0;

	for (const struct lease *l = leases; l; l = l->next)
		n++;
	return sd_bus_reply_method_return(m, "u", n);
}

static struct lease *find(const char *id)
{
	struct lease *lease = leases;

	while (lease && strcmp(lease->id, id) != 0)
		lease = lease->next;
	return lease;
}

static int on_poison(sd_bus_message *m, void *userdata _unused_,
		     sd_bus_error *error _unused_)
{
	uint64_t offset, length;
	const char *id;
	int r = sd_bus_message_read(m, "stt", &id, &offset, &length);

	if (r < 0 || !find(id))
		return -ENOENT;
	r = sd_bus_emit_signal(bus, find(id)->path, BUS_LEASE_INTERFACE,
			       "Poisoned", "tt", offset, length);
	return r < 0 ? r : sd_bus_reply_method_return(m, NULL);
}

/* As a daemon that is restarted, with a deadline that nobody has been signalled
 * of. */
static int on_restart(sd_bus_message *m, void *userdata _unused_,
		      sd_bus_error *error _unused_)
{
	uint64_t deadline;
	const char *id;
	int r = sd_bus_message_read(m, "st", &id, &deadline);

	if (r < 0 || !find(id))
		return -ENOENT;
	r = sd_bus_release_name(bus, BUS_NAME);
	find(id)->deadline = deadline;
	if (r >= 0)
		r = sd_bus_request_name(bus, BUS_NAME, 0);
	return r < 0 ? r : sd_bus_reply_method_return(m, NULL);
}

/* A lease that is gone without anyone having left it. */
static int on_drop(sd_bus_message *m, void *userdata _unused_,
		   sd_bus_error *error _unused_)
{
	const char *id;
	int r = sd_bus_message_read(m, "s", &id);

	if (r < 0 || !find(id))
		return -ENOENT;
	remove_lease(find(id));
	return sd_bus_reply_method_return(m, NULL);
}

static const sd_bus_vtable test_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("Answer", "ss", "", on_answer,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Mute", "b", "", on_mute, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Forget", "", "", on_forget, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Die", "", "", on_die, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Asked", "", "s", on_asked, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Count", "", "u", on_count, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Poison", "stt", "", on_poison,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Restart", "st", "", on_restart,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Drop", "s", "", on_drop, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END,
};

/* What the command asks the manager for. */
static int get_settled(sd_bus *b _unused_, const char *path _unused_,
		       const char *interface _unused_,
		       const char *property _unused_, sd_bus_message *reply,
		       void *userdata _unused_, sd_bus_error *error _unused_)
{
	return sd_bus_message_append(reply, "b", 1);
}

static const sd_bus_vtable manager_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Settled", "b", get_settled, 0, CONSTANT),
	SD_BUS_VTABLE_END,
};

/* As after a restart. */
static int add_known(const char *id)
{
	struct lease *lease = calloc(1, sizeof(*lease));
	int fifo;

	if (!lease)
		return -ENOMEM;
	lease->size = 8 << 20;
	lease->align = 2 << 20;
	lease->deadline = 777;
	last_id = strtoull(id, NULL, 16) - 1;
	return add_lease(lease, &fifo);
}

static int serve(const char *known)
{
	int r;

	r = sd_event_default(&event);
	if (r >= 0)
		r = sd_bus_open_system(&bus);
	if (r >= 0)
		r = sd_bus_add_object_manager(bus, NULL, BUS_PATH);
	if (r >= 0)
		r = sd_bus_add_object_vtable(bus, NULL, BUS_PATH, BUS_INTERFACE,
					     manager_vtable, NULL);
	if (r >= 0)
		r = sd_bus_add_object_vtable(bus, NULL, POOL_PATH,
					     BUS_POOL_INTERFACE, pool_vtable,
					     NULL);
	if (r >= 0)
		r = sd_bus_add_object_vtable(bus, NULL, TEST_PATH,
					     BUS_NAME ".Test", test_vtable,
					     NULL);
	if (r >= 0 && known)
		r = add_known(known);
	if (r >= 0)
		r = sd_bus_request_name(bus, BUS_NAME, 0);
	if (r >= 0)
		r = sd_bus_attach_event(bus, event, 0);
	return r < 0 ? r : sd_event_loop(event);
}

static int append(sd_bus_message *m, char type, const char *text)
{
	const uint64_t number = strtoull(text, NULL, 0);

	if (type == 's')
		return sd_bus_message_append(m, "s", text);
	if (type == 't')
		return sd_bus_message_append(m, "t", number);
	return sd_bus_message_append(m, "b", (int)number);
}

static const char *types_of(const char *method)
{
	for (const sd_bus_vtable *v = test_vtable + 1; v->type == 'M'; v++)
		if (strcmp(v->x.method.member, method) == 0)
			return v->x.method.signature;
	return "";
}

static int print(sd_bus_message *reply)
{
	const char *type = sd_bus_message_get_signature(reply, 1), *text;
	uint32_t number;
	int r = 0;

	if (*type == 's') {
		r = sd_bus_message_read(reply, "s", &text);
		puts(text);
	} else if (*type == 'u') {
		r = sd_bus_message_read(reply, "u", &number);
		printf("%u\n", number);
	}
	return r;
}

static int call(const char *method, int n, char **words)
{
	const char *types = types_of(method);
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL,
							*reply = NULL;
	int r;

	r = sd_bus_open_system(&bus);
	if (r >= 0)
		r = sd_bus_message_new_method_call(bus, &m, BUS_NAME, TEST_PATH,
						   BUS_NAME ".Test", method);
	for (int i = 0; i < n && types[i] && r >= 0; i++)
		r = append(m, types[i], words[i]);
	if (r >= 0)
		r = sd_bus_call(bus, m, 0, NULL, &reply);
	return r < 0 ? r : print(reply);
}

int main(int argc, char **argv)
{
	int r;

	if (argc < 2)
		return 2;
	if (argc > 2 && strcmp(argv[1], "call") == 0)
		return call(argv[2], argc - 3, argv + 3) < 0;
	folder = argv[1];
	mute = getenv("MUTE");
	r = serve(argv[2]);
	if (r < 0)
		fprintf(stderr, "serve-leases: %s\n", strerror(-r));
	return r < 0;
}
