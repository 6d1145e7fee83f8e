// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/dax-device.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "basic/array.h"
#include "basic/text.h"
#include "facts/dax-range.h"
#include "facts/root.h"
#include "facts/users.h"

#define DEVICES_DIR "sys/bus/dax/devices"
#define LINK_UP "../../.." /* from there to sys */

/* The path below sys that a link of the bus points to: sysfs links go up to
 * sys and down again without detours. NULL: @target is of another form. */
static const char *link_path(const char *target, const char *name)
{
	const char *path = target + strlen(LINK_UP);
	const char *slash;

	if (strncmp(target, LINK_UP "/devices/", strlen(LINK_UP "/devices/")) !=
	    0)
		return NULL;
	slash = strrchr(path, '/');
	if (strcmp(slash + 1, name) != 0 || slash == path + strlen("/devices"))
		return NULL;
	return strstr(path, "/../") || strstr(path, "//") ? NULL : path;
}

static int add_device(struct facts_reader *reader, const char *name)
{
	struct facts_snapshot *s = reader->snapshot;
	_cleanup_free_ char *target = NULL;
	char link[sizeof(DEVICES_DIR) + NAME_MAX + 1];
	struct facts_device *device;
	const char *path;
	int r;

	snprintf(link, sizeof(link), DEVICES_DIR "/%s", name);
	r = root_read_link(reader->root_fd, link, &target);
	if (r < 0 && r != -EINVAL)
		return r;
	path = r == 0 ? link_path(target, name) : NULL;
	if (!path) {
		reader_problem(reader, NULL, link, "no link to a device");
		return 0;
	}
	r = ARRAY_GROW(s->devices, s->n_devices);
	if (r < 0)
		return r;
	device = &s->devices[s->n_devices++];
	*device = (struct facts_device){
		.name = strdup(name),
		.path = strdup(path),
		.target_node = -1,
		.numa_node = -1,
		.memmap_on_memory = -1,
		.users = { .exclusive = -1, .dontfork = -1 },
	};
	return device->name && device->path ? 0 : -ENOMEM;
}

static void list_devices(struct facts_reader *reader)
{
	_cleanup_closedir_ DIR *stream = NULL;
	const struct dirent *entry;
	uint64_t x, y;
	int r;

	r = root_open_dir(reader->root_fd, DEVICES_DIR, &stream);
	reader_require(reader, r);
	if (r < 0)
		return;
	while ((entry = readdir(stream)) && !reader->error)
		if (facts_device_numbers(entry->d_name, &x, &y) && x <= INT_MAX)
			reader_check(reader, add_device(reader, entry->d_name));
}

/* "MAJOR:MINOR" */
static void read_number(struct facts_reader *reader, const char *dir,
			struct facts_device *device)
{
	_cleanup_free_ char *line = NULL;
	unsigned int major, minor;
	char end;

	if (reader_line(reader, dir, "dev", &line) < 0)
		return;
	if (sscanf(line, "%9u:%9u%c", &major, &minor, &end) != 2) {
		reader_problem(reader, dir, "dev", "not MAJOR:MINOR");
		return;
	}
	device->major = major;
	device->minor = minor;
}

static void read_memmap_on_memory(struct facts_reader *reader, const char *dir,
				  struct facts_device *device)
{
	uint64_t value;

	if (reader_u64(reader, dir, "memmap_on_memory", &value) < 0)
		return;
	if (value > 1)
		reader_problem(reader, dir, "memmap_on_memory",
			       "neither 0 nor 1");
	else
		device->memmap_on_memory = (int)value;
}

/*
 * Where the ranges are known their sum is the size. The attribute is read
 * only where they are not: it takes the device's lock, which is held while a
 * driver is bound or unbound.
 */
static int read_size(struct facts_reader *reader, const char *dir,
		     struct facts_device *device)
{
	size_t i;

	if (!device->ranges_known || !device->n_ranges)
		return reader_u64(reader, dir, "size", &device->size);
	for (i = 0; i < device->n_ranges; i++)
		device->size += phys_range_size(device->ranges[i]);
	return 0;
}

/* Returns false when the device is gone. */
static bool read_device(struct facts_reader *reader,
			struct facts_device *device)
{
	char dir[PATH_MAX];
	int r;

	if (snprintf(dir, sizeof(dir), "sys%s", device->path) >= PATH_MAX)
		return false;
	dax_ranges_read(reader, dir, device);
	r = read_size(reader, dir, device);
	if (reader_is_absent(r)) {
		if (!reader_exists(reader, NULL, dir))
			return false;
		reader_problem(reader, dir, "size", "is missing");
	}
	if (device->size > 0 && !device->n_ranges)
		device->ranges_known = false;
	reader_u64(reader, dir, "align", &device->align);
	reader_int(reader, dir, "target_node", &device->target_node);
	reader_int(reader, dir, "numa_node", &device->numa_node);
	reader_link_name(reader, dir, "driver", &device->driver);
	reader_line(reader, dir, "state", &device->kmem_state);
	users_read(reader, dir, device);
	read_memmap_on_memory(reader, dir, device);
	reader_uuid(reader, dir, &device->uuid, &device->uuid_unknown);
	read_number(reader, dir, device);
	return true;
}

static int compare_devices(const void *a, const void *b)
{
	const struct facts_device *x = a, *y = b;
	size_t xl = facts_device_parent_length(x),
	       yl = facts_device_parent_length(y);
	uint64_t xr = 0, yr = 0, xn = 0, yn = 0;
	int c;

	facts_device_numbers(x->name, &xr, &xn);
	facts_device_numbers(y->name, &yr, &yn);
	if (xr != yr)
		return xr < yr ? -1 : 1;
	c = memcmp(x->path, y->path, xl < yl ? xl : yl);
	if (c == 0 && xl != yl)
		c = xl < yl ? -1 : 1;
	return c ? c : (xn > yn) - (xn < yn);
}

/* Without those that are gone. */
static void read_listed(struct facts_reader *reader)
{
	struct facts_snapshot *s = reader->snapshot;
	size_t i, n = 0;

	for (i = 0; i < s->n_devices; i++) {
		if (read_device(reader, &s->devices[i]))
			s->devices[n++] = s->devices[i];
		else
			facts_device_release(&s->devices[i]);
	}
	s->n_devices = n;
}

void dax_devices_read(struct facts_reader *reader)
{
	struct facts_snapshot *s = reader->snapshot;

	list_devices(reader);
	if (reader->error)
		return;
	read_listed(reader);
	if (s->n_devices)
		qsort(s->devices, s->n_devices, sizeof(*s->devices),
		      compare_devices);
}

void dax_device_read(struct facts_reader *reader, const char *name)
{
	int r = add_device(reader, name);

	if (r != -ENOENT)
		reader_check(reader, r);
	if (!reader->error)
		read_listed(reader);
}

bool dax_device_has_driver(int root_fd, const char *name, const char *driver)
{
	_cleanup_free_ char *path = NULL, *found = NULL;

	path = text_format(DEVICES_DIR "/%s/driver", name);
	return path && root_read_link_name(root_fd, path, &found) == 0 &&
	       strcmp(found, driver) == 0;
}
