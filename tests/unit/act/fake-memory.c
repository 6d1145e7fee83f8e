// SPDX-License-Identifier: GPL-2.0-or-later
/* What is in the memory of a device, and clearing that. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "facts/device-memory.h"
#include "facts/root.h"
#include "fake-machine.h"

#define MEMORY "dev/dax0.0"

int __real_device_memory_open_as(int root_fd, const struct facts_device *device,
				 int access);
int __wrap_device_memory_open_as(int root_fd, const struct facts_device *device,
				 int access);

static void write_bytes(size_t size, int byte)
{
	_cleanup_close_ int fd =
		openat(fake.tree.fd, MEMORY, O_WRONLY | O_CLOEXEC);
	_cleanup_free_ char *bytes = malloc(size);

	assert_true(fd >= 0);
	assert_non_null(bytes);
	memset(bytes, byte, size);
	assert_int_equal(write(fd, bytes, size), size);
}

static size_t size_of_memory(void)
{
	struct stat st;

	return fstatat(fake.tree.fd, MEMORY, &st, 0) < 0 ? 0
							 : (size_t)st.st_size;
}

void fake_fill_memory(size_t size, bool drains)
{
	tree_write(&fake.tree, MEMORY, "");
	write_bytes(size, 0x5a);
	fake.drains = drains;
	fake_offer_drain("dax0.0");
}

static bool is_zero(void)
{
	_cleanup_close_ int fd =
		openat(fake.tree.fd, MEMORY, O_RDONLY | O_CLOEXEC);
	const size_t size = size_of_memory();
	_cleanup_free_ char *bytes = malloc(size + 1);

	assert_non_null(bytes);
	assert_int_equal(read(fd, bytes, size), size);
	for (size_t i = 0; i < size; i++)
		if (bytes[i])
			return false;
	return true;
}

const char *fake_content(void)
{
	_cleanup_free_ char *drain = NULL;
	static char text[32];

	if (root_read_line(fake.tree.fd, fake_device_path("dax0.0", "drain"),
			   &drain) < 0)
		drain = NULL;
	snprintf(text, sizeof(text), "%s%s", is_zero() ? "zero" : "dirty",
		 drain && strcmp(drain, "drained") == 0 ? " drained" : "");
	return text;
}

int __wrap_device_memory_open_as(int root_fd, const struct facts_device *device,
				 int access)
{
	const bool strike = ++fake.writes == fake.strike_at;

	assert_int_equal(access, O_RDWR);
	if (strike && fake.error)
		return -fake.error;
	if (strike && fake.after)
		write_bytes(size_of_memory() / 2, 0);
	if (strike)
		raise(SIGKILL);
	return fake.opened
		       ? -EBUSY
		       : __real_device_memory_open_as(root_fd, device, access);
}
