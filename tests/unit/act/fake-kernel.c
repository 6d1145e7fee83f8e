// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake-kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "act/module.h"
#include "act/write.h"
#include "facts/device-memory.h"
#include "facts/root.h"
#include "fake-machine.h"

struct fake_kernel fake;

int __wrap_act_write(int root_fd, const char *text, const char *path_format,
		     ...) _printf_(3, 4);
int __wrap_module_load(int root_fd, const char *name);
int __wrap_device_memory_find_data(int fd, const struct facts_device *device,
				   uint64_t *ret_at);

static void find_block(unsigned int id, void *found)
{
	*(bool *)found |= fake_block_letter(id) != 0;
}

static void find_online(unsigned int id, void *found)
{
	*(bool *)found |= fake_block_letter(id) != 'o';
}

static void drop_block(unsigned int id, void *data _unused_)
{
	fake_remove_block(id);
}

static void add_block(unsigned int id, void *letter)
{
	fake_set_block(id, *(const char *)letter);
}

/* The in-tree kmem's probe */
static int plug(const char *device)
{
	_cleanup_free_ char *word = NULL;
	bool left_behind = false;
	char letter;

	fake_each_block(device, find_block, &left_behind);
	if (left_behind)
		return -EBUSY;
	if (root_read_line(fake.tree.fd, FAKE_MEMORY "/auto_online_blocks",
			   &word) < 0)
		abort();
	letter = fake_online_letter(word);
	fake_each_block(device, add_block, &letter);
	return 0;
}

static int do_bind(const char *device, const char *driver)
{
	if (!root_exists(fake.tree.fd, fake_device_path(device, "align")))
		return -ENODEV;
	if (fake.unlisted)
		return -ENODEV;
	if (fake_is_bound(device, NULL))
		return -EBUSY;
	if (strcmp(driver, "kmem") == 0) {
		int r = fake_kmem_is_daxbroker() ? fake_kmem_probe(device)
						 : plug(device);

		if (r < 0)
			return r;
	}
	fake_set_driver(device, driver);
	fake_offer_drain(device);
	return 0;
}

/* The in-tree kmem's remove gives up a range with memory that is online. */
static void unplug(const char *device)
{
	bool stranded = false;

	fake_each_block(device, find_online, &stranded);
	if (!stranded)
		fake_each_block(device, drop_block, NULL);
}

static int do_unbind(const char *device, const char *driver)
{
	if (!fake_is_bound(device, driver))
		return -ENODEV;
	unlinkat(fake.tree.fd, fake_device_path(device, "driver"), 0);
	fake_offer_drain(device);
	if (strcmp(driver, "kmem") != 0)
		return 0;
	if (fake_kmem_is_daxbroker())
		fake_kmem_remove(device);
	else
		unplug(device);
	return 0;
}

static int do_block(unsigned int id, const char *word)
{
	bool offline = strcmp(word, "offline") == 0;

	if (!fake_block_letter(id))
		return -ENOENT;
	if (offline == (fake_block_letter(id) == 'o'))
		return -EINVAL;
	if (fake.other_agent)
		word = offline ? "online_kernel" : "offline";
	fake_set_block(id, fake_online_letter(word));
	return 0;
}

static int do_driver(const char *driver, const char *verb, const char *device)
{
	if (strcmp(verb, "bind") == 0)
		return do_bind(device, driver);
	if (strcmp(verb, "attach") == 0)
		return -ENOENT;
	if (strcmp(verb, "new_id") == 0) {
		fake.unlisted = false;
		do_bind(device, driver);
		return 0;
	}
	return strcmp(verb, "unbind") == 0 ? do_unbind(device, driver) : 0;
}

static int obey(const char *path, const char *text)
{
	char first[32], second[32];
	unsigned int id;

	if (sscanf(path, FAKE_MEMORY "/memory%u/state", &id) == 1)
		return do_block(id, text);
	if (sscanf(path, FAKE_DRIVERS "/%31[^/]/%31s", first, second) == 2)
		return do_driver(first, second, text);
	if (sscanf(path, FAKE_DEVICES "/%31[^/]/%31s", first, second) == 2)
		return strcmp(second, "state") == 0
			       ? fake_kmem_write_state(first, text)
			       : fake_write_device(first, second, text);
	if (strcmp(path, FAKE_REGION "/dax_region/create") == 0)
		return fake_create_device();
	if (strcmp(path, FAKE_REGION "/dax_region/delete") == 0)
		return fake_delete_device(text);
	if (!root_exists(fake.tree.fd, path))
		return -ENOENT;
	tree_write(&fake.tree, path, text);
	return 0;
}

/* Who removes the files of a mapping, or of a device, keeps readers away. */
static void check_alone(const char *path)
{
	const char *name = strrchr(path, '/');
	int fd;

	if (!name ||
	    (strcmp(name, "/size") != 0 && strcmp(name, "/delete") != 0))
		return;
	fd = openat(fake.tree.fd, "run/daxbroker/shapes.lock", O_RDONLY);
	if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB) == 0)
		abort();
	close(fd);
}

int __wrap_act_write(int root_fd _unused_, const char *text,
		     const char *path_format, ...)
{
	bool strike = ++fake.writes == fake.strike_at;
	char path[PATH_MAX];
	va_list ap;
	int r;

	va_start(ap, path_format);
	vsnprintf(path, sizeof(path), path_format, ap);
	va_end(ap);
	if (strike && fake.error) {
		fake_kmem_report(path, text, fake.error);
		return -fake.error;
	}
	if (strike && !fake.after)
		raise(SIGKILL);
	if (fake.before && fake.before(path))
		return 0;
	check_alone(path);
	r = obey(path, text);
	fake_kmem_refresh();
	if (strike)
		raise(SIGKILL);
	return r;
}

int __wrap_module_load(int root_fd _unused_, const char *name)
{
	_cleanup_free_ char *autoprobe = NULL;
	char path[sizeof(FAKE_DRIVERS) + 32];

	if (root_read_line(fake.tree.fd, FAKE_AUTOPROBE, &autoprobe) == 0)
		fake.autoprobe = autoprobe[0];
	snprintf(path, sizeof(path), FAKE_DRIVERS "/%s", name);
	tree_mkdir(&fake.tree, path);
	return 0;
}

int __wrap_device_memory_find_data(int fd _unused_,
				   const struct facts_device *device _unused_,
				   uint64_t *ret_at)
{
	if (fake.killed_reading)
		raise(SIGKILL);
	if (fake.data > 0)
		*ret_at = (uint64_t)fake.data;
	return fake.data < 0 ? fake.data : fake.data > 0;
}

/* The paths of the region go on to lead to it. */
void fake_become_pmem(void)
{
	static const char region[] = "sys/devices/platform/dax0.0";
	const int dir = fake.tree.fd;
	_cleanup_close_ int fd = -1;

	if (renameat(dir, FAKE_REGION, dir, region) < 0 ||
	    unlinkat(dir, "sys/devices/platform/dax0.0/dax_region/create", 0) <
		    0)
		abort();
	tree_link(&fake.tree, FAKE_REGION, "dax0.0");
	tree_link(&fake.tree, "sys/devices/platform/dax0.0/subsystem",
		  "../../../bus/nd");
	tree_link(&fake.tree, FAKE_DEVICES "/dax0.0",
		  "../../../devices/platform/dax0.0/dax0.0");
	tree_write(&fake.tree, "dev/dax0.0", "");
	fd = openat(dir, "dev/dax0.0", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || ftruncate(fd, FAKE_SIZE) < 0)
		abort();
}

void fake_open(const char *driver, const char *blocks)
{
	fake = (struct fake_kernel){ 0 };
	tree_open(&fake.tree);
	tree_add_system(&fake.tree);
	tree_add_hmem(&fake.tree, 0, 0, FAKE_START, FAKE_BLOCKS * 128);
	fake_set_number("dax0.0", "resource", FAKE_START);
	tree_write(&fake.tree, FAKE_REGION "/dax_region/create", "dax0.0\n");
	tree_mkdir(&fake.tree, FAKE_DRIVERS "/device_dax");
	tree_mkdir(&fake.tree, FAKE_DRIVERS "/kmem");
	tree_mkdir(&fake.tree, "proc/1/fd");
	tree_mkdir(&fake.tree, "run");
	tree_write(&fake.tree, FAKE_MEMORY "/auto_online_blocks", "offline");
	if (driver)
		fake_set_driver("dax0.0", driver);
	for (unsigned int i = 0; blocks[i]; i++)
		fake_set_block(FAKE_FIRST_BLOCK + i, blocks[i]);
}

void fake_close(void)
{
	tree_close(&fake.tree);
}
