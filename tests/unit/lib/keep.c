// SPDX-License-Identifier: GPL-2.0-or-later
/* What systemd does for a service with a descriptor store and
 * Restart=on-failure: starts COMMAND, keeps what it has stored, and starts it
 * again with that when it was killed by a signal. Ends with its exit status.
 * usage: keep PIDFILE COMMAND... */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define FDS_MAX 16

static struct {
	int fd;
	char name[256];
} kept[FDS_MAX];
static int n_kept;

static void remove_name(const char *name)
{
	for (int i = 0; i < n_kept; i++) {
		if (strcmp(kept[i].name, name) != 0)
			continue;
		close(kept[i].fd);
		kept[i--] = kept[--n_kept];
	}
}

/* The value of NAME= in @text, or NULL. */
static char *value_of(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? strndup(at + strlen(name), strcspn(at + strlen(name), "\n"))
		  : NULL;
}

static void take(const char *text, int fd)
{
	char *name = value_of(text, "FDNAME=");

	if (strncmp(text, "FDSTOREREMOVE=1", 15) == 0 && name)
		remove_name(name);
	else if (strncmp(text, "FDSTORE=1", 9) == 0 && name && fd >= 0 &&
		 n_kept < FDS_MAX) {
		/* As systemd does where FDPOLL=0 is missing. */
		if (!strstr(text, "FDPOLL=0"))
			fprintf(stderr, "keep: %s would be polled\n", name);
		kept[n_kept].fd = fd;
		snprintf(kept[n_kept++].name, sizeof(kept[0].name), "%s", name);
	}
	free(name);
}

static void receive(int manager)
{
	_Alignas(struct cmsghdr) char control[256];
	char text[512] = "";
	struct iovec data = { text, sizeof(text) - 1 };
	struct msghdr m = { .msg_iov = &data,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	int fd = -1;

	if (recvmsg(manager, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) <= 0)
		return;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c))
		if (c->cmsg_type == SCM_RIGHTS)
			memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	take(text, fd);
}

static void execute(char **command)
{
	char names[FDS_MAX * 256] = "", text[16];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < n_kept; i++) {
		strcat(names, i ? ":" : "");
		strcat(names, kept[i].name);
		dup2(kept[i].fd, 100 + i);
	}
	for (int i = 0; i < n_kept; i++) {
		dup2(100 + i, 3 + i);
		close(100 + i);
	}
	snprintf(text, sizeof(text), "%d", getpid());
	setenv("LISTEN_PID", text, 1);
	snprintf(text, sizeof(text), "%d", n_kept);
	if (n_kept > 0) {
		setenv("LISTEN_FDS", text, 1);
		setenv("LISTEN_FDNAMES", names, 1);
	}
	execv(command[0], command);
	_exit(127);
}

static int manager_socket(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* In the abstract namespace. */
	snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1,
		 "daxbroker-keep-%d", getpid());
	if (bind(fd, (struct sockaddr *)&address,
		 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			     strlen(address.sun_path + 1))) < 0)
		exit(1);
	address.sun_path[0] = '@';
	setenv("NOTIFY_SOCKET", address.sun_path, 1);
	return fd;
}

static pid_t child;

/* As a whole. */
static void write_pid(const char *path)
{
	char fresh[512];
	FILE *f;

	snprintf(fresh, sizeof(fresh), "%s.new", path);
	f = fopen(fresh, "w");
	if (!f)
		exit(1);
	fprintf(f, "%d\n", child);
	fclose(f);
	rename(fresh, path);
}

static void on_term(int number)
{
	kill(child, number);
}

int main(int argc, char **argv)
{
	int manager, status;

	if (argc < 3)
		return 2;
	manager = manager_socket();
	signal(SIGTERM, on_term);
	for (;;) {
		struct pollfd p = { .fd = manager, .events = POLLIN };

		child = fork();
		if (child == 0)
			execute(argv + 2);
		write_pid(argv[1]);
		while (waitpid(child, &status, WNOHANG) == 0)
			if (poll(&p, 1, 50) > 0)
				receive(manager);
		while (poll(&p, 1, 0) > 0)
			receive(manager);
		if (!WIFSIGNALED(status) || WTERMSIG(status) == SIGTERM)
			break;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}
