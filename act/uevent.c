// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/uevent.h"

#include "act/write.h"
#include "facts/root.h"

int uevent_announce_node(int root_fd, int node)
{
	return act_write(root_fd, "change",
			 "sys/devices/system/node/node%d/uevent", node);
}

int uevent_announce_device(int root_fd, const char *device)
{
	return act_write(root_fd, "change", "sys/bus/dax/devices/%s/uevent",
			 device);
}

uint64_t uevent_last(int root_fd)
{
	uint64_t number;

	return root_read_u64(root_fd, "sys/kernel/uevent_seqnum", &number) < 0
		       ? 0
		       : number;
}
