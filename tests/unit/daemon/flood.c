// SPDX-License-Identifier: GPL-2.0-or-later
/* A user who means no good, on the bus of $DBUS_SYSTEM_BUS_ADDRESS: polkit is
 * there and never answers, the calls come all at once. Prints how many of them
 * got an answer; it ends when all have, or after three seconds without one. A
 * call with BYTES is answered in any case, be the machine slow.
 * usage: flood METHOD CALLS [BYTES] */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#include "basic/cleanup.h"
#include "basic/names.h"

#define SECOND_USEC UINT64_C(1000000)

static unsigned int answers, refusals;

static int on_answer(sd_bus_message *reply, void *userdata _unused_,
		     sd_bus_error *error _unused_)
{
	answers++;
	refusals += sd_bus_message_is_method_error(reply, NULL) > 0;
	return 0;
}

/* The caller and the silent polkit. */
static int open_both(sd_bus **ret_bus, sd_bus **ret_polkit)
{
	int r;

	r = sd_bus_open_system(ret_polkit);
	if (r >= 0)
		r = sd_bus_request_name(*ret_polkit,
					"org.freedesktop.PolicyKit1", 0);
	if (r >= 0)
		r = sd_bus_open_system(ret_bus);
	return r;
}

static int send_call(sd_bus *bus, const char *method, const char *argument)
{
	return sd_bus_call_method_async(bus, NULL, BUS_NAME, BUS_PATH,
					BUS_INTERFACE, method, on_answer, NULL,
					"as", argument ? 1 : 0, argument);
}

static int wait_for_answers(sd_bus *bus, unsigned long calls, uint64_t patience)
{
	int r;

	do {
		while ((r = sd_bus_process(bus, NULL)) > 0)
			;
		if (r >= 0 && answers < calls)
			r = sd_bus_wait(bus, patience);
	} while (r > 0);
	return r;
}

int main(int argc, char **argv)
{
	_cleanup_free_ char *argument = NULL;
	sd_bus *bus = NULL, *polkit = NULL;
	unsigned long calls;
	size_t size;
	int r;

	if (argc < 3)
		return 2;
	calls = strtoul(argv[2], NULL, 10);
	size = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
	if (size > 0) {
		argument = calloc(1, size + 1);
		if (!argument)
			return 1;
		memset(argument, 'x', size);
	}
	r = open_both(&bus, &polkit);
	for (unsigned long n = 0; r >= 0 && n < calls; n++) {
		r = send_call(bus, argv[1], argument);
		if (r >= 0)
			r = sd_bus_flush(bus);
	}
	if (r >= 0)
		r = wait_for_answers(bus, calls,
				     (size > 0 ? 60 : 3) * SECOND_USEC);
	printf("%u answers, %u of them refusals\n", answers, refusals);
	sd_bus_flush_close_unref(bus);
	sd_bus_flush_close_unref(polkit);
	if (r < 0)
		fprintf(stderr, "flood: %s\n", strerror(-r));
	return r < 0;
}
