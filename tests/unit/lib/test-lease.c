// SPDX-License-Identifier: GPL-2.0-or-later
/* The library over a private bus, against serve-leases. */
#include <daxbroker.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <cmocka.h>

#define MIB (UINT64_C(1) << 20)

/* A connection that is not the library's: another user of the bus. */
static sd_bus *other;

static void call(const char *path, const char *interface, const char *method,
		 const char *types, ...)
{
	sd_bus_message *m = NULL;
	va_list ap;

	assert_true(sd_bus_message_new_method_call(other, &m, "org.daxbroker1",
						   path, interface,
						   method) >= 0);
	va_start(ap, types);
	if (*types)
		assert_true(sd_bus_message_appendv(m, types, ap) >= 0);
	va_end(ap);
	assert_true(sd_bus_call(other, m, 0, NULL, NULL) >= 0);
	sd_bus_message_unref(m);
}

#define have_it(...) \
	call("/org/daxbroker1/test", "org.daxbroker1.Test", __VA_ARGS__)

static char *lease_path(const struct daxbroker_lease *lease)
{
	char *path = NULL;

	assert_true(sd_bus_path_encode("/org/daxbroker1/lease",
				       daxbroker_lease_get_id(lease),
				       &path) >= 0);
	return path;
}

static void call_lease(const struct daxbroker_lease *lease, const char *method,
		       const char *types, uint64_t number)
{
	char *path = lease_path(lease);

	call(path, "org.daxbroker1.Lease", method, types, number);
	free(path);
}

static void assert_asked(const char *expected)
{
	sd_bus_message *reply = NULL;
	const char *text;

	assert_true(sd_bus_call_method(other, "org.daxbroker1",
				       "/org/daxbroker1/test",
				       "org.daxbroker1.Test", "Asked", NULL,
				       &reply, "") >= 0);
	assert_true(sd_bus_message_read(reply, "s", &text) > 0);
	assert_string_equal(text, expected);
	sd_bus_message_unref(reply);
}

static uint32_t count_leases(void)
{
	sd_bus_message *reply = NULL;
	uint32_t n;

	assert_true(sd_bus_call_method(other, "org.daxbroker1",
				       "/org/daxbroker1/test",
				       "org.daxbroker1.Test", "Count", NULL,
				       &reply, "") >= 0);
	assert_true(sd_bus_message_read(reply, "u", &n) > 0);
	sd_bus_message_unref(reply);
	return n;
}

/* The daemon finds out by itself; not before long. */
static void assert_leases(uint32_t n)
{
	for (int i = 0; i < 100 && count_leases() != n; i++)
		usleep(50000);
	assert_int_equal(count_leases(), n);
}

static struct daxbroker_request *new_request(uint64_t size)
{
	struct daxbroker_request *request;

	assert_int_equal(daxbroker_request_new("ram", size, &request), 0);
	assert_int_equal(daxbroker_request_set_timeout(request, 10000000), 0);
	return request;
}

static struct daxbroker_lease *acquire(const char *name)
{
	struct daxbroker_request *request = new_request(8 * MIB);
	struct daxbroker_lease *lease = NULL;
	char *error = (char *)"";

	assert_int_equal(daxbroker_request_set_revocable(request, true), 0);
	if (name)
		assert_int_equal(daxbroker_request_set_name(request, name), 0);
	assert_int_equal(daxbroker_acquire(request, &lease, &error), 0);
	assert_null(error);
	daxbroker_request_free(request);
	return lease;
}

static void test_request(void **state)
{
	struct daxbroker_request *request = (void *)1;

	(void)state;
	assert_int_equal(daxbroker_request_new("", 1, &request), -EINVAL);
	assert_int_equal(daxbroker_request_new(NULL, 1, &request), -EINVAL);
	assert_int_equal(daxbroker_request_new("ram", 0, &request), -EINVAL);
	assert_ptr_equal(request, (void *)1);
	request = new_request(MIB);
	assert_int_equal(daxbroker_request_set_align(request, 3), -EINVAL);
	assert_int_equal(daxbroker_request_set_node(request, -2), -EINVAL);
	assert_int_equal(daxbroker_request_set_name(request, ""), -EINVAL);
	assert_int_equal(daxbroker_request_set_name(request, NULL), -EINVAL);
	assert_int_equal(daxbroker_request_set_timeout(request, 0), -EINVAL);
	daxbroker_request_free(request);
	daxbroker_request_free(NULL);
	daxbroker_lease_free(NULL);
}

/* What is the default does not cross the bus. */
static void test_options(void **state)
{
	struct daxbroker_request *request = new_request(8 * MIB);
	struct daxbroker_lease *lease;

	(void)state;
	assert_int_equal(daxbroker_acquire(request, &lease, NULL), 0);
	assert_asked("size=8388608");
	assert_int_equal(daxbroker_lease_get_node(lease), 1);
	assert_string_equal(daxbroker_lease_get_name(lease), "");
	assert_string_equal(daxbroker_lease_get_path(lease), "");
	daxbroker_lease_free(lease);
	daxbroker_request_set_align(request, 4 * MIB);
	daxbroker_request_set_node(request, 3);
	daxbroker_request_set_name(request, "first");
	daxbroker_request_set_name(request, "values");
	daxbroker_request_set_wait(request, 7);
	daxbroker_request_set_zero(request, true);
	daxbroker_request_set_revocable(request, true);
	assert_int_equal(daxbroker_request_set_path(request, true), 0);
	assert_int_equal(daxbroker_acquire(request, &lease, NULL), 0);
	assert_asked("size=8388608 align=4194304 node=3 name=values wait=7 "
		     "zero=1 revocable=1 path=1");
	assert_int_equal(strncmp(daxbroker_lease_get_path(lease),
				 "/dev/daxbroker/leases/", 22),
			 0);
	assert_string_equal(daxbroker_lease_get_path(lease) + 22,
			    daxbroker_lease_get_id(lease));
	assert_int_equal(daxbroker_lease_get_align(lease), 4 * MIB);
	assert_int_equal(daxbroker_lease_get_node(lease), 3);
	assert_string_equal(daxbroker_lease_get_name(lease), "values");
	daxbroker_lease_free(lease);
	daxbroker_request_free(request);
	assert_leases(0);
}

static void test_facts(void **state)
{
	struct daxbroker_request *request = new_request(5 * MIB);
	struct daxbroker_lease *lease;
	struct stat st;

	(void)state;
	assert_int_equal(daxbroker_acquire(request, &lease, NULL), 0);
	daxbroker_request_free(request);
	assert_int_equal(daxbroker_lease_get_size(lease), 8 * MIB);
	assert_int_equal(daxbroker_lease_get_align(lease), 2 * MIB);
	assert_int_equal(strlen(daxbroker_lease_get_id(lease)), 16);
	assert_int_equal(strlen(daxbroker_lease_get_incarnation(lease)), 32);
	assert_int_equal(fstat(daxbroker_lease_get_device_fd(lease), &st), 0);
	assert_int_equal(st.st_size, 8 * MIB);
	assert_int_equal(fstat(daxbroker_lease_get_lease_fd(lease), &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_leases(1);
	assert_int_equal(daxbroker_lease_release(lease), 0);
	assert_leases(0);
}

static void assert_mapped(const void *address, bool mapped)
{
	unsigned char pages[2];

	assert_int_equal(mincore((void *)address, 4096, pages) == 0, mapped);
}

static void test_map(void **state)
{
	struct daxbroker_lease *lease = acquire(NULL);
	const int fd = daxbroker_lease_get_device_fd(lease);
	char *all, *part, *same, buf[4];

	(void)state;
	for (int i = 0; i < 4; i++) {
		assert_int_equal(
			daxbroker_lease_map(lease, 0, 0, 0, (void **)&all), 0);
		assert_int_equal((uintptr_t)all % (2 * MIB), 0);
		assert_int_equal(daxbroker_lease_map(lease, 2 * MIB, 4 * MIB,
						     DAXBROKER_MAP_READ_ONLY,
						     (void **)&part),
				 0);
		assert_int_equal((uintptr_t)part % (2 * MIB), 0);
		memcpy(all + 2 * MIB, "abc", 4);
		assert_string_equal(part, "abc");
		assert_int_equal(pread(fd, buf, 4, 2 * MIB), 4);
		assert_string_equal(buf, "abc");
		assert_int_equal(daxbroker_lease_unmap(lease, all), 0);
		assert_mapped(all, false);
		assert_mapped(part, true);
		assert_int_equal(daxbroker_lease_unmap(lease, all), -EINVAL);
		assert_int_equal(daxbroker_lease_unmap(lease, part), 0);
	}
	same = NULL;
	for (int i = 0; i < 5; i++)
		assert_int_equal(daxbroker_lease_map(lease, 6 * MIB, 0, 0,
						     (void **)&same),
				 0);
	daxbroker_lease_free(lease);
	assert_mapped(same, false);
}

/* More than the kernel gives by itself for large pages. */
static void test_map_align(void **state)
{
	struct daxbroker_request *request = new_request(8 * MIB);
	struct daxbroker_lease *lease;
	void *address;

	(void)state;
	assert_int_equal(daxbroker_request_set_align(request, 8 * MIB), 0);
	assert_int_equal(daxbroker_acquire(request, &lease, NULL), 0);
	daxbroker_request_free(request);
	for (int i = 0; i < 4; i++) {
		/* The next addresses are no multiple of much. */
		assert_ptr_not_equal(mmap(NULL, 4096, PROT_NONE,
					  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
				     MAP_FAILED);
		assert_int_equal(daxbroker_lease_map(lease, 0, 0, 0, &address),
				 0);
		assert_int_equal((uintptr_t)address % (8 * MIB), 0);
	}
	daxbroker_lease_free(lease);
}

static void test_map_wrong(void **state)
{
	struct daxbroker_lease *lease = acquire(NULL);
	void *address = (void *)1;
	static const struct {
		uint64_t offset, length;
		unsigned int flags;
	} wrong[] = {
		{ MIB, 2 * MIB, 0 },
		{ 0, MIB, 0 },
		{ 8 * MIB, 0, 0 },
		{ 8 * MIB, 2 * MIB, 0 },
		{ 6 * MIB, 4 * MIB, 0 },
		{ 0, UINT64_MAX - 2 * MIB + 1, 0 },
		{ 4096, 0, 0 },
		{ 0, 0, 4 },
		{ -(2 * MIB), 2 * MIB, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(daxbroker_lease_map(lease, wrong[i].offset,
						     wrong[i].length,
						     wrong[i].flags, &address),
				 -EINVAL);
	assert_ptr_equal(address, (void *)1);
	daxbroker_lease_free(lease);
}

/* Else a child would keep the lease. */
static void test_map_fork(void **state)
{
	struct daxbroker_lease *lease = acquire(NULL);
	void *own, *shared;
	unsigned char pages[2];
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(daxbroker_lease_map(lease, 0, 0, 0, &own), 0);
	assert_int_equal(daxbroker_lease_map(lease, 0, 0, DAXBROKER_MAP_INHERIT,
					     &shared),
			 0);
	pid = fork();
	if (pid == 0)
		_exit((mincore(own, 4096, pages) < 0 ? 0 : 1) |
		      (mincore(shared, 4096, pages) < 0 ? 2 : 0));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	daxbroker_lease_free(lease);
}

static void refused(const char *name, const char *text, int error,
		    const char *says)
{
	struct daxbroker_request *request = new_request(MIB);
	struct daxbroker_lease *lease = (void *)1;
	char *message = NULL;

	have_it("Answer", "ss", name, text);
	assert_int_equal(daxbroker_acquire(request, &lease, &message), error);
	assert_string_equal(message, says);
	free(message);
	have_it("Answer", "ss", name, text);
	assert_int_equal(daxbroker_acquire(request, &lease, NULL), error);
	assert_ptr_equal(lease, (void *)1);
	daxbroker_request_free(request);
}

static void test_errors(void **state)
{
	static const struct {
		const char *name;
		int error;
	} errors[] = {
		{ "org.freedesktop.DBus.Error.InvalidArgs", -EINVAL },
		{ "org.freedesktop.DBus.Error.AccessDenied", -EPERM },
		{ "org.freedesktop.DBus.Error.LimitsExceeded", -EDQUOT },
		{ "org.freedesktop.DBus.Error.Timeout", -ETIMEDOUT },
		{ "org.daxbroker1.Error.Unavailable", -EBUSY },
		{ "org.freedesktop.DBus.Error.FileNotFound", -ENOENT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		refused(errors[i].name, "1G could be had", errors[i].error,
			"1G could be had");
}

static void test_no_pool(void **state)
{
	struct daxbroker_request *request;
	struct daxbroker_lease *lease;
	char *message = NULL;

	(void)state;
	assert_int_equal(daxbroker_request_new("no/such", MIB, &request), 0);
	assert_int_equal(daxbroker_acquire(request, &lease, &message), -ENOENT);
	assert_non_null(message);
	free(message);
	daxbroker_request_free(request);
}

static void test_timeout(void **state)
{
	struct daxbroker_request *request = new_request(MIB);
	struct daxbroker_lease *lease;
	char *message = NULL;

	(void)state;
	have_it("Mute", "b", 1);
	daxbroker_request_set_timeout(request, 200000);
	assert_int_equal(daxbroker_acquire(request, &lease, &message),
			 -ETIMEDOUT);
	assert_string_equal(message, "the daemon has not answered in time");
	free(message);
	have_it("Mute", "b", 0);
	daxbroker_request_free(request);
}

static void test_no_bus(void **state)
{
	char *address = strdup(getenv("DBUS_SYSTEM_BUS_ADDRESS"));
	struct daxbroker_request *request = new_request(MIB);
	struct daxbroker_lease *lease;
	char *message = NULL;

	(void)state;
	setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", 1);
	assert_int_equal(daxbroker_acquire(request, &lease, &message), -ENOENT);
	assert_non_null(strstr(message, "cannot be asked"));
	free(message);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
	free(address);
	daxbroker_request_free(request);
}

/* The next event within @ms, or 0. Without busy waiting for what is nothing. */
static uint32_t wait_event(struct daxbroker_lease *lease,
			   struct daxbroker_event *event, int ms)
{
	struct pollfd p = { .fd = daxbroker_lease_get_event_fd(lease),
			    .events = POLLIN };
	int rounds = 0;

	while (poll(&p, 1, ms) > 0) {
		const int r = daxbroker_lease_process(lease, event);

		assert_true(r >= 0);
		assert_true(++rounds < 50);
		if (r > 0)
			return event->type;
	}
	return 0;
}

static void assert_quiet(struct daxbroker_lease *lease)
{
	struct daxbroker_event event;

	assert_int_equal(wait_event(lease, &event, 100), 0);
}

static void test_reclaim(void **state)
{
	struct daxbroker_lease *lease = acquire(NULL);
	struct daxbroker_lease *bystander = acquire(NULL);
	struct daxbroker_event event;
	uint64_t deadline;

	(void)state;
	assert_quiet(lease);
	call_lease(lease, "Reclaim", "t", 60000000);
	assert_int_equal(wait_event(lease, &event, 5000),
			 DAXBROKER_EVENT_RECLAIM);
	assert_true(event.deadline > UINT64_C(1500000000000000));
	deadline = event.deadline;
	assert_quiet(lease);
	call_lease(lease, "Reclaim", "t", 1000000);
	assert_int_equal(wait_event(lease, &event, 5000),
			 DAXBROKER_EVENT_RECLAIM);
	assert_true(event.deadline < deadline);
	assert_quiet(lease);
	assert_quiet(bystander);
	assert_int_equal(daxbroker_lease_release(lease), 0);
	daxbroker_lease_free(bystander);
	assert_leases(0);
}

static void test_poison(void **state)
{
	struct daxbroker_lease *lease = acquire(NULL);
	struct daxbroker_event event;

	(void)state;
	have_it("Poison", "stt", daxbroker_lease_get_id(lease), 4096ULL,
		8192ULL);
	have_it("Poison", "stt", daxbroker_lease_get_id(lease), 2 * MIB, MIB);
	assert_int_equal(wait_event(lease, &event, 5000),
			 DAXBROKER_EVENT_POISONED);
	assert_int_equal(event.offset, 4096);
	assert_int_equal(event.length, 8192);
	assert_int_equal(wait_event(lease, &event, 5000),
			 DAXBROKER_EVENT_POISONED);
	assert_int_equal(event.offset, 2 * MIB);
	assert_int_equal(event.length, MIB);
	assert_quiet(lease);
	daxbroker_lease_free(lease);
}

static void test_gone(void **state)
{
	struct daxbroker_lease *lease = acquire(NULL), *dropped = acquire(NULL);
	struct daxbroker_event event;

	(void)state;
	call_lease(lease, "Reclaim", "t", 0);
	call_lease(lease, "Release", "", 0);
	assert_int_equal(wait_event(lease, &event, 5000),
			 DAXBROKER_EVENT_RECLAIM);
	assert_int_equal(wait_event(lease, &event, 5000), DAXBROKER_EVENT_GONE);
	assert_quiet(lease);
	have_it("Drop", "s", daxbroker_lease_get_id(dropped));
	assert_int_equal(wait_event(dropped, &event, 5000),
			 DAXBROKER_EVENT_GONE);
	assert_quiet(dropped);
	assert_int_equal(daxbroker_lease_release(lease), 0);
	assert_int_equal(daxbroker_lease_release(dropped), 0);
	assert_leases(0);
}

/* Anyone may send a signal to anyone: it has no effect. */
static void test_forged(void **state)
{
	struct daxbroker_lease *lease = acquire(NULL);
	char *path = lease_path(lease);
	struct daxbroker_event event;
	sd_bus_message *m;

	(void)state;
	for (int i = 1; i < 200; i++) {
		char name[32];

		snprintf(name, sizeof(name), ":1.%d", i);
		assert_true(sd_bus_message_new_signal(other, &m, path,
						      "org.daxbroker1.Lease",
						      "ReclaimRequested") >= 0);
		assert_true(sd_bus_message_append(m, "t", 1ULL) >= 0);
		assert_true(sd_bus_send_to(other, m, name, NULL) >= 0);
		sd_bus_message_unref(m);
		assert_true(sd_bus_message_new_signal(other, &m,
						      "/org/freedesktop/DBus",
						      "org.freedesktop.DBus",
						      "NameOwnerChanged") >= 0);
		assert_true(sd_bus_message_append(m, "sss", "org.daxbroker1",
						  "", ":1.999") >= 0);
		assert_true(sd_bus_send_to(other, m, name, NULL) >= 0);
		sd_bus_message_unref(m);
	}
	free(path);
	assert_quiet(lease);
	/* It is still the daemon that is listened to. */
	call_lease(lease, "Reclaim", "t", 60000000);
	assert_int_equal(wait_event(lease, &event, 5000),
			 DAXBROKER_EVENT_RECLAIM);
	daxbroker_lease_free(lease);
}

/* What was said while nobody had the daemon's name is found afterwards. */
static void test_restart(void **state)
{
	struct daxbroker_lease *lease = acquire(NULL);
	struct daxbroker_event event;

	(void)state;
	have_it("Restart", "st", daxbroker_lease_get_id(lease), 0ULL);
	assert_quiet(lease);
	have_it("Restart", "st", daxbroker_lease_get_id(lease), 12345ULL);
	assert_int_equal(wait_event(lease, &event, 5000),
			 DAXBROKER_EVENT_RECLAIM);
	assert_int_equal(event.deadline, 12345);
	assert_quiet(lease);
	assert_int_equal(daxbroker_lease_release(lease), 0);
	assert_leases(0);
}

/* systemd, as far as notifications go. */
static int manager = -1;
static char manager_path[64];

static void start_manager(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(manager_path, sizeof(manager_path), "/tmp/notify.%d",
		 getpid());
	snprintf(address.sun_path, sizeof(address.sun_path), "%s",
		 manager_path);
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_int_equal(
		bind(manager, (struct sockaddr *)&address, sizeof(address)), 0);
	setenv("NOTIFY_SOCKET", manager_path, 1);
}

static void stop_manager(void)
{
	close(manager);
	unlink(manager_path);
	unsetenv("NOTIFY_SOCKET");
}

/* The next notification, and the descriptor that it brings; -1: none. */
static int receive(const char *expected)
{
	_Alignas(struct cmsghdr) char
		control[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(64)];
	char text[256] = "";
	struct iovec data = { text, sizeof(text) - 1 };
	struct msghdr m = { .msg_iov = &data,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	int fd = -1;

	assert_true(recvmsg(manager, &m, 0) > 0);
	assert_string_equal(text, expected);
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c))
		if (c->cmsg_type == SCM_RIGHTS)
			memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

/* "BEGINNING-ID" */
static int receive_of(const char *id, const char *beginning)
{
	char expected[256];

	snprintf(expected, sizeof(expected), "%s-%s", beginning, id);
	return receive(expected);
}

static void receive_removal(const char *id)
{
	assert_int_equal(
		receive_of(id, "FDSTOREREMOVE=1\nFDNAME=daxbroker-device"), -1);
	assert_int_equal(
		receive_of(id, "FDSTOREREMOVE=1\nFDNAME=daxbroker-lease"), -1);
}

/* Has systemd keep it: the two descriptors. */
static void store(struct daxbroker_lease *lease, int fds[2])
{
	assert_int_equal(daxbroker_lease_store(lease), 0);
	fds[0] = receive_of(daxbroker_lease_get_id(lease),
			    "FDSTORE=1\nFDPOLL=0\nFDNAME=daxbroker-device");
	fds[1] = receive_of(daxbroker_lease_get_id(lease),
			    "FDSTORE=1\nFDPOLL=0\nFDNAME=daxbroker-lease");
	assert_true(fds[0] >= 0 && fds[1] >= 0);
}

/* This program again, with these descriptors from 3 on: its exit status. */
static int start_again(const int *fds, int n, const char *names,
		       const char *what, const char *argument)
{
	char text[16];
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		for (int i = 0; i < n; i++)
			dup2(fds[i], 100 + i);
		for (int i = 0; i < n; i++)
			dup2(100 + i, 3 + i);
		closefrom(3 + n);
		snprintf(text, sizeof(text), "%d", getpid());
		setenv("LISTEN_PID", text, 1);
		snprintf(text, sizeof(text), "%d", n);
		setenv("LISTEN_FDS", text, 1);
		setenv("LISTEN_FDNAMES", names, 1);
		execl("/proc/self/exe", "test-lease", what, argument, NULL);
		_exit(99);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_store(void **state)
{
	struct daxbroker_lease *lease = acquire("values");
	char names[256];
	void *address;
	int fds[2];

	(void)state;
	assert_int_equal(daxbroker_lease_store(lease), -ENOTCONN);
	start_manager();
	store(lease, fds);
	assert_int_equal(daxbroker_lease_unstore(lease), 0);
	receive_removal(daxbroker_lease_get_id(lease));
	close(fds[0]);
	close(fds[1]);
	store(lease, fds);
	assert_int_equal(daxbroker_lease_map(lease, 0, 0, 0, &address), 0);
	strcpy(address, daxbroker_lease_get_incarnation(lease));
	snprintf(names, sizeof(names), "daxbroker-device-%s:daxbroker-lease-%s",
		 daxbroker_lease_get_id(lease), daxbroker_lease_get_id(lease));
	daxbroker_lease_free(lease); /* as a crash */
	assert_leases(1);
	assert_int_equal(start_again(fds, 2, names, "restore", "values"), 0);
	assert_int_equal(start_again(fds, 2, names, "restore", "other"),
			 ENOENT);
	assert_int_equal(start_again(fds, 2, names, "restore", NULL), 0);
	/* One of the two is not enough. */
	*strchr(names, ':') = '\0';
	assert_int_equal(start_again(fds, 1, names, "restore", NULL), ENOENT);
	close(fds[0]);
	close(fds[1]);
	assert_leases(0);
	stop_manager();
}

static void test_store_release(void **state)
{
	struct daxbroker_lease *lease = acquire("values");
	char id[32];
	int fds[2];

	(void)state;
	start_manager();
	store(lease, fds);
	snprintf(id, sizeof(id), "%s", daxbroker_lease_get_id(lease));
	assert_int_equal(daxbroker_lease_release(lease), 0);
	receive_removal(id);
	stop_manager();
	close(fds[0]);
	close(fds[1]);
}

static void test_store_two(void **state)
{
	struct daxbroker_lease *a = acquire("a"), *b = acquire("b");
	char names[512];
	int fds[6];

	(void)state;
	start_manager();
	store(a, fds);
	store(b, fds + 2);
	snprintf(names, sizeof(names),
		 "daxbroker-device-%s:daxbroker-lease-%s:daxbroker-lease-%s:"
		 "daxbroker-device-%s:connection:daxbroker-lease-nonsense",
		 daxbroker_lease_get_id(a), daxbroker_lease_get_id(a),
		 daxbroker_lease_get_id(b), daxbroker_lease_get_id(b));
	/* In any order, and among others. */
	fds[4] = fds[2];
	fds[2] = fds[3];
	fds[3] = fds[4];
	fds[4] = fds[5] = 0;
	assert_int_equal(start_again(fds, 6, names, "restore", NULL), ENOTUNIQ);
	assert_int_equal(start_again(fds, 6, names, "twice", NULL), 0);
	stop_manager();
	for (int i = 0; i < 4; i++)
		close(fds[i]);
	daxbroker_lease_free(a);
	daxbroker_lease_free(b);
	assert_leases(0);
}

static void test_environment(void **state)
{
	struct daxbroker_lease *lease = acquire("values");
	const int fds[] = { daxbroker_lease_get_device_fd(lease),
			    daxbroker_lease_get_lease_fd(lease) };
	struct daxbroker_lease *none = (void *)1;
	char *message = NULL;

	(void)state;
	setenv("DAXBROKER_LEASE", daxbroker_lease_get_id(lease), 1);
	assert_int_equal(start_again(fds, 2, "daxbroker-device:daxbroker-lease",
				     "environment", NULL),
			 0);
	/* It is not stored. */
	assert_int_equal(start_again(fds, 2, "daxbroker-device:daxbroker-lease",
				     "restore", NULL),
			 ENOENT);
	unsetenv("DAXBROKER_LEASE");
	assert_int_equal(start_again(fds, 2, "daxbroker-device:daxbroker-lease",
				     "environment", NULL),
			 ENOENT);
	assert_int_equal(daxbroker_lease_from_environment(&none, &message),
			 -ENOENT);
	assert_non_null(strstr(message, "lease run"));
	assert_ptr_equal(none, (void *)1);
	free(message);
	daxbroker_lease_free(lease);
	assert_leases(0);
}

/* What the program does that is started again. */
static int restore(const char *name)
{
	struct daxbroker_lease *lease = NULL, *again = NULL;
	void *address;
	int r = daxbroker_lease_restore(name, &lease, NULL);

	if (r < 0)
		return -r;
	if (daxbroker_lease_restore(name, &again, NULL) != -ENOENT)
		return 101;
	if (daxbroker_lease_map(lease, 0, 0, 0, &address) < 0)
		return 102;
	if (strcmp(address, daxbroker_lease_get_incarnation(lease)) != 0)
		return 103;
	daxbroker_lease_free(lease);
	return 0;
}

static int restore_two(void)
{
	struct daxbroker_lease *a = NULL, *b = NULL;
	struct stat st;

	if (daxbroker_lease_restore("b", &b, NULL) < 0 ||
	    daxbroker_lease_restore("a", &a, NULL) < 0)
		return 101;
	if (strcmp(daxbroker_lease_get_name(a), "a") != 0 ||
	    strcmp(daxbroker_lease_get_name(b), "b") != 0)
		return 102;
	/* Whichever came first. */
	if (fstat(daxbroker_lease_get_lease_fd(b), &st) < 0 ||
	    !S_ISFIFO(st.st_mode))
		return 103;
	daxbroker_lease_free(a);
	daxbroker_lease_free(b);
	return 0;
}

static int from_environment(void)
{
	struct daxbroker_lease *lease;
	int r = daxbroker_lease_from_environment(&lease, NULL);

	if (r < 0)
		return -r;
	if (daxbroker_lease_get_device_fd(lease) != 3 ||
	    daxbroker_lease_get_lease_fd(lease) != 4 ||
	    daxbroker_lease_get_size(lease) != 8 * MIB ||
	    strcmp(daxbroker_lease_get_name(lease), "values") != 0)
		return 101;
	if (daxbroker_lease_from_environment(&lease, NULL) != -ENOENT)
		return 102;
	daxbroker_lease_free(lease);
	return 0;
}

/* The bus goes and comes back, with a daemon that has the lease: it is found
 * out what became of it. */
static int outlive_bus(void)
{
	struct daxbroker_lease *lease = acquire(NULL);
	struct daxbroker_event event;

	puts(daxbroker_lease_get_id(lease));
	fflush(stdout);
	if (wait_event(lease, &event, 20000) != DAXBROKER_EVENT_RECLAIM ||
	    event.deadline != 777)
		return 1;
	assert_quiet(lease);
	/* Signals come as before. */
	other = sd_bus_unref(other);
	if (sd_bus_open_system(&other) < 0)
		return 1;
	have_it("Poison", "stt", daxbroker_lease_get_id(lease), 4096ULL,
		8192ULL);
	if (wait_event(lease, &event, 5000) != DAXBROKER_EVENT_POISONED)
		return 2;
	assert_quiet(lease);
	return daxbroker_lease_release(lease) < 0;
}

/* How many descriptors this program has. */
static int count_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* The daemon goes once it has granted the lease, and another one comes: what
 * the first has granted is not kept. */
static int survive_daemon(void)
{
	struct daxbroker_request *request = new_request(8 * MIB);
	struct daxbroker_lease *lease;
	const int before = count_fds();
	int r;

	daxbroker_request_set_wait(request, DAXBROKER_FOREVER);
	r = daxbroker_acquire(request, &lease, NULL);
	daxbroker_request_free(request);
	if (r < 0)
		return 1;
	daxbroker_lease_free(lease);
	return count_fds() == before ? 0 : 2;
}

/* Is the daemon there? */
static int is_ready(void)
{
	return sd_bus_call_method(
		       other, "org.daxbroker1", "/org/daxbroker1/test",
		       "org.freedesktop.DBus.Peer", "Ping", NULL, NULL, "") < 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_map_align),
		cmocka_unit_test(test_map_wrong),
		cmocka_unit_test(test_map_fork),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_no_pool),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_no_bus),
		cmocka_unit_test(test_reclaim),
		cmocka_unit_test(test_poison),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_store),
		cmocka_unit_test(test_store_release),
		cmocka_unit_test(test_store_two),
		cmocka_unit_test(test_environment),
	};

	if (argc > 1 && strcmp(argv[1], "restore") == 0)
		return restore(argv[2]);
	if (argc > 1 && strcmp(argv[1], "twice") == 0)
		return restore_two();
	if (argc > 1 && strcmp(argv[1], "environment") == 0)
		return from_environment();
	if (sd_bus_open_system(&other) < 0)
		return 1;
	if (argc > 1 && strcmp(argv[1], "outlive") == 0)
		return outlive_bus();
	if (argc > 1 && strcmp(argv[1], "survive") == 0)
		return survive_daemon();
	if (argc > 1)
		return is_ready();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
