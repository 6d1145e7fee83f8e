// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake-machine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "facts/root.h"

/* "sys/devices/platform/hmem.0/NAME/ATTRIBUTE", in one of a few buffers. */
const char *fake_device_path(const char *name, const char *attribute)
{
	static char paths[4][PATH_MAX];
	static unsigned int next;
	char *path = paths[next++ % ARRAY_SIZE(paths)];

	snprintf(path, PATH_MAX, FAKE_REGION "/%s/%s", name, attribute);
	return path;
}

bool fake_is_bound(const char *device, const char *driver)
{
	_cleanup_free_ char *name = NULL;

	if (root_read_link_name(fake.tree.fd,
				fake_device_path(device, "driver"), &name) < 0)
		return false;
	return !driver || strcmp(name, driver) == 0;
}

void fake_set_driver(const char *device, const char *driver)
{
	char target[128];

	snprintf(target, sizeof(target), "../../../../bus/dax/drivers/%s",
		 driver);
	tree_link(&fake.tree, fake_device_path(device, "driver"), target);
}

/* Of its mapping of this number; false: it has none. */
bool fake_read_range(const char *device, unsigned int number,
		     struct phys_range *ret)
{
	char name[32];

	snprintf(name, sizeof(name), "mapping%u/start", number);
	if (root_read_u64(fake.tree.fd, fake_device_path(device, name),
			  &ret->start) < 0)
		return false;
	snprintf(name, sizeof(name), "mapping%u/end", number);
	return root_read_u64(fake.tree.fd, fake_device_path(device, name),
			     &ret->end) == 0;
}

/* Calls @each with every memory block that lies in the device's memory. */
void fake_each_block(const char *device, void (*each)(unsigned int, void *),
		     void *data)
{
	struct phys_range range;
	uint64_t first;

	for (unsigned int i = 0; fake_read_range(device, i, &range); i++) {
		uint64_t n = phys_range_blocks(range, FAKE_BLOCK, &first);

		for (uint64_t id = first; id < first + n; id++)
			each((unsigned int)id, data);
	}
}

void fake_set_number(const char *device, const char *name,
		     unsigned long long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu\n", value);
	tree_write(&fake.tree, fake_device_path(device, name), text);
}

static void remove_mapping(const char *device, unsigned int number)
{
	static const char *const names[] = { "/start", "/end", "" };
	char name[32];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(name, sizeof(name), "mapping%u%s", number, names[i]);
		if (unlinkat(fake.tree.fd, fake_device_path(device, name),
			     *names[i] ? 0 : AT_REMOVEDIR) < 0)
			abort();
	}
}

static unsigned int count_mappings(const char *device)
{
	struct phys_range range;
	unsigned int n = 0;

	while (fake_read_range(device, n, &range))
		n++;
	return n;
}

void fake_device_name(unsigned int id, char ret[32])
{
	snprintf(ret, 32, "dax0.%u", id);
}

static bool is_taken(struct phys_range wanted)
{
	struct phys_range range;
	char name[32];

	for (unsigned int id = 0; id < FAKE_DEVICES_MAX; id++) {
		fake_device_name(id, name);
		for (unsigned int i = 0; fake_read_range(name, i, &range); i++)
			if (range.start <= wanted.end &&
			    wanted.start <= range.end)
				return true;
	}
	return false;
}

void fake_put_mapping(const char *device, struct phys_range range)
{
	unsigned int number = count_mappings(device);
	char name[32], text[32];

	snprintf(name, sizeof(name), "mapping%u/start", number);
	snprintf(text, sizeof(text), "%#llx\n",
		 (unsigned long long)range.start);
	tree_write(&fake.tree, fake_device_path(device, name), text);
	snprintf(name, sizeof(name), "mapping%u/end", number);
	snprintf(text, sizeof(text), "%#llx\n", (unsigned long long)range.end);
	tree_write(&fake.tree, fake_device_path(device, name), text);
}

uint64_t fake_align(const char *device)
{
	uint64_t align;

	if (root_read_u64(fake.tree.fd, fake_device_path(device, "align"),
			  &align) < 0)
		abort();
	return align > 2 * FAKE_MIB ? align : 2 * FAKE_MIB;
}

static int do_mapping(const char *device, const char *text)
{
	unsigned long long start, end;
	struct phys_range range;

	if (sscanf(text, "%llx-%llx", &start, &end) != 2)
		return -EINVAL;
	range = (struct phys_range){ start, end };
	if (phys_range_size(range) % fake_align(device))
		return -ENXIO;
	if (start < FAKE_START || end >= FAKE_START + FAKE_SIZE ||
	    is_taken(range))
		return -ENOMEM;
	fake_put_mapping(device, range);
	return 0;
}

/* Only all of it can be taken. */
static int do_size(const char *device, const char *text)
{
	if (fake_is_bound(device, NULL))
		return -EBUSY;
	if (strcmp(text, "0") != 0)
		return -EINVAL;
	for (unsigned int n = count_mappings(device); n-- > 0;)
		remove_mapping(device, n);
	fake_set_number(device, "size", 0);
	return 0;
}

static int do_align(const char *device, const char *text)
{
	struct phys_range range;

	if (fake_is_bound(device, NULL))
		return -EBUSY;
	for (unsigned int i = 0; fake_read_range(device, i, &range); i++)
		if (phys_range_size(range) % strtoull(text, NULL, 0))
			return -EINVAL;
	fake_set_number(device, "align", strtoull(text, NULL, 0));
	return 0;
}

void fake_make_device(const char *name)
{
	char link[64], target[64], text[64];

	fake_set_number(name, "size", 0);
	fake_set_number(name, "align", 2 * FAKE_MIB);
	fake_set_number(name, "target_node", 1);
	fake_set_number(name, "resource", FAKE_START);
	snprintf(link, sizeof(link), FAKE_DEVICES "/%s", name);
	snprintf(target, sizeof(target), "../../../devices/platform/hmem.0/%s",
		 name);
	tree_link(&fake.tree, link, target);
	snprintf(text, sizeof(text), "%s\n", name);
	tree_write(&fake.tree, FAKE_REGION "/dax_region/create", text);
}

/* The lowest number that is free, as the kernel's ida has it. */
int fake_create_device(void)
{
	char name[32];

	for (unsigned int id = 0; id < FAKE_DEVICES_MAX; id++) {
		fake_device_name(id, name);
		if (root_exists(fake.tree.fd, fake_device_path(name, "align")))
			continue;
		fake_make_device(name);
		return 0;
	}
	return -ENOSPC;
}

int fake_delete_device(const char *name)
{
	static const char *const names[] = { "size", "align", "target_node",
					     "resource", "" };
	char link[64];

	if (!root_exists(fake.tree.fd, fake_device_path(name, "align")))
		return -ENXIO;
	if (fake_is_bound(name, NULL) || count_mappings(name) > 0 ||
	    strcmp(name, "dax0.0") == 0)
		return -EBUSY;
	snprintf(link, sizeof(link), FAKE_DEVICES "/%s", name);
	unlinkat(fake.tree.fd, link, 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (unlinkat(fake.tree.fd, fake_device_path(name, names[i]),
			     *names[i] ? 0 : AT_REMOVEDIR) < 0)
			abort();
	tree_write(&fake.tree, FAKE_REGION "/dax_region/create", "\n");
	return 0;
}

static int do_memmap(const char *device, const char *text)
{
	const char *path = fake_device_path(device, "memmap_on_memory");
	_cleanup_free_ char *now = NULL;

	if (root_read_line(fake.tree.fd, path, &now) < 0)
		return -ENOENT;
	if (strcmp(text, now) == 0)
		return 0;
	if (fake_is_bound(device, "kmem"))
		return -EBUSY;
	tree_write(&fake.tree, path, text);
	return 0;
}

/* A test makes the attribute; what it says there is never "drained". */
void fake_offer_drain(const char *device)
{
	const char *path = fake_device_path(device, "drain");

	if (!fake.drains)
		return;
	if (fake_is_bound(device, "device_dax"))
		tree_write(&fake.tree, path, "off\n");
	else
		unlinkat(fake.tree.fd, path, 0);
}

/* The job has it open. */
static int overwrite_drain(const char *path, const char *word)
{
	_cleanup_close_ int fd =
		openat(fake.tree.fd, path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	return fd < 0 || write(fd, word, strlen(word)) < 0 ? -errno : 0;
}

static int do_drain(const char *device, const char *text)
{
	const char *path = fake_device_path(device, "drain");

	if (!root_exists(fake.tree.fd, path))
		return -ENOENT;
	if (fake.drains)
		return overwrite_drain(path,
				       *text == '1' ? "drained\n" : "off\n");
	tree_write(&fake.tree, path, text);
	return 0;
}

int fake_write_device(const char *device, const char *name, const char *text)
{
	if (!root_exists(fake.tree.fd, fake_device_path(device, "align")))
		return -ENOENT;
	if (strcmp(name, "size") == 0)
		return do_size(device, text);
	if (strcmp(name, "align") == 0)
		return do_align(device, text);
	if (strcmp(name, "memmap_on_memory") == 0)
		return do_memmap(device, text);
	if (strcmp(name, "drain") == 0)
		return do_drain(device, text);
	return strcmp(name, "mapping") == 0 ? do_mapping(device, text)
					    : -ENOENT;
}
