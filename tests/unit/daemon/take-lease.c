// SPDX-License-Identifier: GPL-2.0-or-later
/* Has a lease until its standard input ends.
 * usage: take-lease POOL SIZE [WAIT] */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/text.h"

static int is_open(int fd, int mode)
{
	return (fcntl(fd, F_GETFL) & O_ACCMODE) == mode;
}

int main(int argc, char **argv)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	_cleanup_free_ char *pool = NULL;
	const char *path;
	uint64_t wait;
	int device, lease, r;
	char c;

	if (argc < 3 || sd_bus_open_system(&bus) < 0)
		return 2;
	wait = argc > 3 ? strtoull(argv[3], NULL, 10) : UINT64_MAX;
	pool = text_format(BUS_PATH "/pool/%s", argv[1]);
	r = sd_bus_call_method(bus, BUS_NAME, pool, BUS_POOL_INTERFACE,
			       "Acquire", &error, &reply, "ta{sv}",
			       (uint64_t)strtoull(argv[2], NULL, 10), 1, "wait",
			       "t", wait);
	if (r < 0) {
		printf("%s: %s\n", error.name, error.message);
		return 1;
	}
	r = sd_bus_message_read(reply, "hho", &device, &lease, &path);
	if (r < 0 || !is_open(device, O_RDWR) || !is_open(lease, O_WRONLY))
		return 3;
	puts(path);
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	return 0;
}
