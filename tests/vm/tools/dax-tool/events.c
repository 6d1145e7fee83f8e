// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel tells: by poll() of an attribute, and by uevents. */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "commands.h"
#include "common.h"

static bool reads(int fd, const char *word)
{
	char text[256];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (n < 0)
		die("read: %s", strerror(errno));
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return !strcmp(text, word);
}

int run_poll(char **args)
{
	struct pollfd pollfd = { .fd = open_dev(args[0], O_RDONLY),
				 .events = POLLPRI };

	while (!reads(pollfd.fd, args[1]))
		if (poll(&pollfd, 1, atoi(args[2]) * 1000) <= 0)
			die("%s: nobody said '%s'", args[0], args[1]);
	return 0;
}

int run_uevents(char **args)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK,
				       .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_KOBJECT_UEVENT);
	int out = open(args[0], O_WRONLY | O_CREAT | O_APPEND, 0644);
	char text[4096];
	ssize_t n, i;

	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		die("netlink: %s", strerror(errno));
	say("ready");
	while ((n = recv(fd, text, sizeof(text), 0)) > 0) {
		for (i = 0; i < n; i++)
			if (!text[i])
				text[i] = ' ';
		dprintf(out, "%.*s\n", (int)n, text);
	}
	return 0;
}
