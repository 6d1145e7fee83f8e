// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/announce.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/parse.h"

int announce_node(int root_fd, int node)
{
	_cleanup_close_ int fd = -1;
	char path[64];

	snprintf(path, sizeof(path), "sys/devices/system/node/node%d/uevent",
		 node);
	fd = openat(root_fd, path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, "change", strlen("change")) < 0)
		return -errno;
	return 0;
}

uint64_t announce_last_uevent(int root_fd)
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
