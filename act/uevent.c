// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/uevent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "act/write.h"
#include "basic/cleanup.h"
#include "basic/parse.h"

int uevent_announce_node(int root_fd, int node)
{
	return act_write(root_fd, "change",
			 "sys/devices/system/node/node%d/uevent", node);
}

uint64_t uevent_last(int root_fd)
{
	_cleanup_close_ int fd = -1;
	uint64_t number;
	char text[32];
	ssize_t n;

	fd = openat(root_fd, "sys/kernel/uevent_seqnum", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	return parse_u64(text, &number) < 0 ? 0 : number;
}
