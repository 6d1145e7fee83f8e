// SPDX-License-Identifier: GPL-2.0-or-later
/* A fake desk on the bus of $DBUS_SYSTEM_BUS_ADDRESS, with a polkit that says
 * yes, until it is killed. Says who asks for a lease, and which ones end.
 * Requests wait while the file HOLD is there.
 * usage: serve-desk HOLD */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cmocka.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "daemon/bus/call.h"
#include "daemon/bus/lease-objects.h"
#include "fake-desk.h"
#include "fake-polkit.h"

static struct lease_desk desk;
static struct call_queue calls;
static struct lease_objects objects;
static uint64_t last;
static unsigned int withdrawn;
static const char *hold;

static int on_hang_up(sd_event_source *source _unused_, int fd,
		      uint32_t events _unused_, void *userdata _unused_)
{
	for (size_t i = 0; i < desk.n; i++) {
		if (desk.leases[i]->end != fd)
			continue;
		printf("ended %016" PRIx64 "\n", desk.list[i]->grant.id);
		lease_objects_lease(&objects, desk.list[i], true);
		fake_desk_drop(&desk, desk.list[i]->grant.id);
	}
	return 0;
}

static void note_request(sd_event *event)
{
	const struct fake_desk_lease *lease;

	if (desk.last_id == last || desk.n == 0)
		return;
	last = desk.last_id;
	lease = desk.leases[desk.n - 1];
	printf("asked by %u, process %d, groups %u %u\n", desk.request.uid,
	       desk.request.pid, desk.groups[0], desk.groups[1]);
	lease_objects_lease(&objects, &lease->lease, false);
	if (lease->end >= 0)
		assert_true(sd_event_add_io(event, NULL, lease->end, 0,
					    on_hang_up, NULL) >= 0);
}

static int on_post(sd_event_source *source, void *userdata _unused_)
{
	desk.hold = access(hold, F_OK) == 0;
	note_request(sd_event_source_get_event(source));
	if (desk.withdrawn != withdrawn)
		printf("withdrawn\n");
	withdrawn = desk.withdrawn;
	fflush(stdout);
	return 0;
}

static void on_deaf(void *userdata _unused_)
{
	exit(1);
}

int main(int argc, char **argv)
{
	sd_event *event = NULL;
	sd_bus *bus = NULL;

	if (argc < 2 || sd_event_new(&event) < 0)
		return 2;
	hold = argv[1];
	fake_desk_make(&desk);
	last = desk.last_id;
	calls = (struct call_queue){ .desk = &desk, .deaf = on_deaf };
	lease_objects_init(&objects, &desk, &calls);
	fake_polkit_join(event);
	if (sd_bus_open_system(&bus) < 0 ||
	    sd_bus_attach_event(bus, event, 0) < 0 ||
	    sd_bus_request_name(bus, BUS_NAME, 0) < 0)
		return 1;
	if (calls_init(&calls, event) < 0 ||
	    sd_bus_add_object_manager(bus, NULL, BUS_PATH) < 0 ||
	    lease_objects_connect(&objects, bus) < 0 ||
	    sd_event_add_post(event, NULL, on_post, NULL) < 0)
		return 1;
	lease_objects_passed(&objects);
	calls_passed(&calls);
	return sd_event_loop(event) < 0;
}
