// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake-kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "basic/range.h"
#include "daemon/act/module.h"
#include "daemon/act/write.h"
#include "daemon/facts/root.h"

#define MEMORY "sys/devices/system/memory"
#define DRIVERS "sys/bus/dax/drivers"
#define REGION "sys/devices/platform/hmem.0"
#define DEVICES "sys/bus/dax/devices"

#define START (4ULL << 30)
#define SIZE ((unsigned long long)FAKE_BLOCKS * BLOCK)
#define BLOCK (128ULL << 20)
#define MIB (1ULL << 20)
#define DEVICES_MAX 8

struct fake_kernel fake;

int __wrap_act_write(int root_fd, const char *text, const char *path_format,
		     ...) _printf_(3, 4);
int __wrap_module_load(const char *name);

static void set_block(unsigned int id, char letter)
{
	tree_add_block(&fake.tree, id, 1,
		       letter == 'o' ? "offline\n" : "online\n",
		       letter == 'm' ? "Movable\n" : "Normal\n");
}

static char block_letter(unsigned int id)
{
	_cleanup_free_ char *state = NULL, *zone = NULL;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), MEMORY "/memory%u/state", id);
	if (root_read_line(fake.tree.fd, path, &state) < 0)
		return 0;
	if (strcmp(state, "offline") == 0)
		return 'o';
	snprintf(path, sizeof(path), MEMORY "/memory%u/valid_zones", id);
	if (root_read_line(fake.tree.fd, path, &zone) < 0)
		abort();
	return zone[0] == 'M' ? 'm' : 'k';
}

static void remove_block(unsigned int id)
{
	static const char *const names[] = { "/state", "/valid_zones",
					     "/node1" };
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), MEMORY "/memory%u%s", id,
			 names[i]);
		if (unlinkat(fake.tree.fd, path, 0) < 0)
			abort();
	}
	snprintf(path, sizeof(path), MEMORY "/memory%u", id);
	if (unlinkat(fake.tree.fd, path, AT_REMOVEDIR) < 0)
		abort();
	snprintf(path, sizeof(path), "sys/devices/system/node/node1/memory%u",
		 id);
	unlinkat(fake.tree.fd, path, 0);
}

/* "sys/devices/platform/hmem.0/NAME/ATTRIBUTE", in one of a few buffers. */
static const char *device_path(const char *name, const char *attribute)
{
	static char paths[4][PATH_MAX];
	static unsigned int next;
	char *path = paths[next++ % ARRAY_SIZE(paths)];

	snprintf(path, PATH_MAX, REGION "/%s/%s", name, attribute);
	return path;
}

static bool is_bound(const char *device, const char *driver)
{
	_cleanup_free_ char *name = NULL;

	if (root_read_link_name(fake.tree.fd, device_path(device, "driver"),
				&name) < 0)
		return false;
	return !driver || strcmp(name, driver) == 0;
}

static void set_driver(const char *device, const char *driver)
{
	char target[128];

	snprintf(target, sizeof(target), "../../../../bus/dax/drivers/%s",
		 driver);
	tree_link(&fake.tree, device_path(device, "driver"), target);
}

/* Of its mapping of this number; false: it has none. */
static bool read_range(const char *device, unsigned int number,
		       struct phys_range *ret)
{
	char name[32];

	snprintf(name, sizeof(name), "mapping%u/start", number);
	if (root_read_u64(fake.tree.fd, device_path(device, name),
			  &ret->start) < 0)
		return false;
	snprintf(name, sizeof(name), "mapping%u/end", number);
	return root_read_u64(fake.tree.fd, device_path(device, name),
			     &ret->end) == 0;
}

/* Calls @each with every memory block that lies in the device's memory. */
static void each_block(const char *device, void (*each)(unsigned int, void *),
		       void *data)
{
	struct phys_range range;
	uint64_t first;

	for (unsigned int i = 0; read_range(device, i, &range); i++) {
		uint64_t n = phys_range_blocks(range, BLOCK, &first);

		for (uint64_t id = first; id < first + n; id++)
			each((unsigned int)id, data);
	}
}

static char online_letter(const char *word)
{
	if (strcmp(word, "online_movable") == 0)
		return 'm';
	return strcmp(word, "offline") == 0 ? 'o' : 'k';
}

static void find_block(unsigned int id, void *found)
{
	*(bool *)found |= block_letter(id) != 0;
}

static void find_online(unsigned int id, void *found)
{
	*(bool *)found |= block_letter(id) != 'o';
}

static void drop_block(unsigned int id, void *data _unused_)
{
	remove_block(id);
}

static void add_block(unsigned int id, void *letter)
{
	set_block(id, *(const char *)letter);
}

/* kmem's probe */
static int plug(const char *device)
{
	_cleanup_free_ char *word = NULL;
	bool left_behind = false;
	char letter;

	each_block(device, find_block, &left_behind);
	if (left_behind)
		return -EBUSY;
	if (root_read_line(fake.tree.fd, MEMORY "/auto_online_blocks", &word) <
	    0)
		abort();
	letter = online_letter(word);
	each_block(device, add_block, &letter);
	return 0;
}

static int do_bind(const char *device, const char *driver)
{
	if (!root_exists(fake.tree.fd, device_path(device, "align")))
		return -ENODEV;
	if (is_bound(device, NULL))
		return -EBUSY;
	if (strcmp(driver, "kmem") == 0) {
		int r = plug(device);

		if (r < 0)
			return r;
	}
	set_driver(device, driver);
	return 0;
}

/* kmem's remove gives up a range with memory that is online. */
static int do_unbind(const char *device, const char *driver)
{
	bool stranded = false;

	if (!is_bound(device, driver))
		return -ENODEV;
	unlinkat(fake.tree.fd, device_path(device, "driver"), 0);
	if (strcmp(driver, "kmem") != 0)
		return 0;
	each_block(device, find_online, &stranded);
	if (!stranded)
		each_block(device, drop_block, NULL);
	return 0;
}

static void set_number(const char *device, const char *name,
		       unsigned long long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu\n", value);
	tree_write(&fake.tree, device_path(device, name), text);
}

static void remove_mapping(const char *device, unsigned int number)
{
	static const char *const names[] = { "/start", "/end", "" };
	char name[32];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(name, sizeof(name), "mapping%u%s", number, names[i]);
		if (unlinkat(fake.tree.fd, device_path(device, name),
			     *names[i] ? 0 : AT_REMOVEDIR) < 0)
			abort();
	}
}

static unsigned int count_mappings(const char *device)
{
	struct phys_range range;
	unsigned int n = 0;

	while (read_range(device, n, &range))
		n++;
	return n;
}

static void device_name(unsigned int id, char ret[32])
{
	snprintf(ret, 32, "dax0.%u", id);
}

static bool is_taken(struct phys_range wanted)
{
	struct phys_range range;
	char name[32];

	for (unsigned int id = 0; id < DEVICES_MAX; id++) {
		device_name(id, name);
		for (unsigned int i = 0; read_range(name, i, &range); i++)
			if (range.start <= wanted.end &&
			    wanted.start <= range.end)
				return true;
	}
	return false;
}

static void put_mapping(const char *device, struct phys_range range)
{
	unsigned int number = count_mappings(device);
	char name[32], text[32];

	snprintf(name, sizeof(name), "mapping%u/start", number);
	snprintf(text, sizeof(text), "%#llx\n",
		 (unsigned long long)range.start);
	tree_write(&fake.tree, device_path(device, name), text);
	snprintf(name, sizeof(name), "mapping%u/end", number);
	snprintf(text, sizeof(text), "%#llx\n", (unsigned long long)range.end);
	tree_write(&fake.tree, device_path(device, name), text);
}

static uint64_t align_of(const char *device)
{
	uint64_t align;

	if (root_read_u64(fake.tree.fd, device_path(device, "align"), &align) <
	    0)
		abort();
	return align > 2 * MIB ? align : 2 * MIB;
}

static int do_mapping(const char *device, const char *text)
{
	unsigned long long start, end;
	struct phys_range range;

	if (sscanf(text, "%llx-%llx", &start, &end) != 2)
		return -EINVAL;
	range = (struct phys_range){ start, end };
	if (phys_range_size(range) % align_of(device))
		return -ENXIO;
	if (start < START || end >= START + SIZE || is_taken(range))
		return -ENOMEM;
	put_mapping(device, range);
	return 0;
}

/* Only all of it can be taken. */
static int do_size(const char *device, const char *text)
{
	if (is_bound(device, NULL))
		return -EBUSY;
	if (strcmp(text, "0") != 0)
		return -EINVAL;
	for (unsigned int n = count_mappings(device); n-- > 0;)
		remove_mapping(device, n);
	set_number(device, "size", 0);
	return 0;
}

static int do_align(const char *device, const char *text)
{
	struct phys_range range;

	if (is_bound(device, NULL))
		return -EBUSY;
	for (unsigned int i = 0; read_range(device, i, &range); i++)
		if (phys_range_size(range) % strtoull(text, NULL, 0))
			return -EINVAL;
	set_number(device, "align", strtoull(text, NULL, 0));
	return 0;
}

static void make_device(const char *name)
{
	char link[64], target[64], text[64];

	set_number(name, "size", 0);
	set_number(name, "align", 2 * MIB);
	set_number(name, "target_node", 1);
	set_number(name, "resource", START);
	snprintf(link, sizeof(link), DEVICES "/%s", name);
	snprintf(target, sizeof(target), "../../../devices/platform/hmem.0/%s",
		 name);
	tree_link(&fake.tree, link, target);
	snprintf(text, sizeof(text), "%s\n", name);
	tree_write(&fake.tree, REGION "/dax_region/create", text);
}

/* The lowest number that is free, as the kernel's ida has it. */
static int do_create(void)
{
	char name[32];

	for (unsigned int id = 0; id < DEVICES_MAX; id++) {
		device_name(id, name);
		if (root_exists(fake.tree.fd, device_path(name, "align")))
			continue;
		make_device(name);
		return 0;
	}
	return -ENOSPC;
}

static int do_delete(const char *name)
{
	static const char *const names[] = { "size", "align", "target_node",
					     "resource", "" };
	char link[64];

	if (!root_exists(fake.tree.fd, device_path(name, "align")))
		return -ENXIO;
	if (is_bound(name, NULL) || count_mappings(name) > 0 ||
	    strcmp(name, "dax0.0") == 0)
		return -EBUSY;
	snprintf(link, sizeof(link), DEVICES "/%s", name);
	unlinkat(fake.tree.fd, link, 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (unlinkat(fake.tree.fd, device_path(name, names[i]),
			     *names[i] ? 0 : AT_REMOVEDIR) < 0)
			abort();
	tree_write(&fake.tree, REGION "/dax_region/create", "\n");
	return 0;
}

static int do_block(unsigned int id, const char *word)
{
	bool offline = strcmp(word, "offline") == 0;

	if (!block_letter(id))
		return -ENOENT;
	if (offline == (block_letter(id) == 'o'))
		return -EINVAL;
	if (fake.rival)
		word = offline ? "online_kernel" : "offline";
	set_block(id, online_letter(word));
	return 0;
}

static int do_driver(const char *driver, const char *verb, const char *device)
{
	if (strcmp(verb, "bind") == 0)
		return do_bind(device, driver);
	return strcmp(verb, "unbind") == 0 ? do_unbind(device, driver) : 0;
}

static int do_memmap(const char *device, const char *text)
{
	const char *path = device_path(device, "memmap_on_memory");

	if (!root_exists(fake.tree.fd, path))
		return -ENOENT;
	if (is_bound(device, "kmem"))
		return -EBUSY;
	tree_write(&fake.tree, path, text);
	return 0;
}

static int do_device(const char *device, const char *name, const char *text)
{
	if (!root_exists(fake.tree.fd, device_path(device, "align")))
		return -ENOENT;
	if (strcmp(name, "size") == 0)
		return do_size(device, text);
	if (strcmp(name, "align") == 0)
		return do_align(device, text);
	if (strcmp(name, "memmap_on_memory") == 0)
		return do_memmap(device, text);
	return strcmp(name, "mapping") == 0 ? do_mapping(device, text)
					    : -ENOENT;
}

static int obey(const char *path, const char *text)
{
	char first[32], second[32];
	unsigned int id;

	if (sscanf(path, MEMORY "/memory%u/state", &id) == 1)
		return do_block(id, text);
	if (sscanf(path, DRIVERS "/%31[^/]/%31s", first, second) == 2)
		return do_driver(first, second, text);
	if (sscanf(path, DEVICES "/%31[^/]/%31s", first, second) == 2)
		return do_device(first, second, text);
	if (strcmp(path, REGION "/dax_region/create") == 0)
		return do_create();
	if (strcmp(path, REGION "/dax_region/delete") == 0)
		return do_delete(text);
	if (!root_exists(fake.tree.fd, path))
		return -ENOENT;
	tree_write(&fake.tree, path, text);
	return 0;
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
	if (strike && fake.error)
		return -fake.error;
	if (strike && !fake.after)
		raise(SIGKILL);
	r = obey(path, text);
	if (strike)
		raise(SIGKILL);
	return r;
}

int __wrap_module_load(const char *name _unused_)
{
	return 0;
}

void fake_open(const char *driver, const char *blocks)
{
	fake = (struct fake_kernel){ 0 };
	tree_open(&fake.tree);
	tree_add_system(&fake.tree);
	tree_add_hmem(&fake.tree, 0, 0, START, FAKE_BLOCKS * 128);
	set_number("dax0.0", "resource", START);
	tree_write(&fake.tree, REGION "/dax_region/create", "dax0.0\n");
	tree_mkdir(&fake.tree, DRIVERS "/device_dax");
	tree_mkdir(&fake.tree, DRIVERS "/kmem");
	tree_mkdir(&fake.tree, "proc/1/fd");
	tree_mkdir(&fake.tree, "run");
	tree_write(&fake.tree, MEMORY "/auto_online_blocks", "offline");
	if (driver)
		set_driver("dax0.0", driver);
	for (unsigned int i = 0; blocks[i]; i++)
		set_block(FAKE_FIRST_BLOCK + i, blocks[i]);
}

void fake_offer_memmap(bool on)
{
	tree_write(&fake.tree,
		   "sys/module/memory_hotplug/parameters/memmap_on_memory",
		   "Y\n");
	tree_write(&fake.tree, device_path("dax0.0", "memmap_on_memory"),
		   on ? "1" : "0");
}

static const char *memmap_word(void)
{
	_cleanup_free_ char *value = NULL;

	if (root_read_line(fake.tree.fd,
			   device_path("dax0.0", "memmap_on_memory"),
			   &value) < 0)
		return "";
	return *value == '1' ? " memmap" : " no memmap";
}

void fake_close(void)
{
	tree_close(&fake.tree);
}

/* "0+64,128+64", in MiB from the region's start; behind the ranges. */
static const char *add_ranges(const char *name, const char *text)
{
	unsigned long long start, size;
	int n;

	for (;;) {
		if (sscanf(text, "%llu+%llu%n", &start, &size, &n) != 2)
			abort();
		put_mapping(name, (struct phys_range){
					  START + start * MIB,
					  START + (start + size) * MIB - 1 });
		text += n;
		if (*text != ',')
			return text;
		text++;
	}
}

struct letters {
	const char *next;
};

static void add_next_block(unsigned int id, void *data)
{
	struct letters *letters = data;

	set_block(id, *letters->next++);
}

void fake_carve(const char *layout)
{
	char text[256], *rest = text, *part, name[32];

	snprintf(text, sizeof(text), "%s", layout);
	if (do_size("dax0.0", "0") < 0)
		abort();
	for (unsigned int id = 0; (part = strsep(&rest, " ")); id++) {
		const char *behind;
		char driver[32] = "", blocks[32] = "";
		struct letters letters = { blocks };

		device_name(id, name);
		if (id > 0)
			make_device(name);
		if (strcmp(part, "empty") == 0)
			continue;
		behind = add_ranges(name, part);
		if (sscanf(behind, ":%31[a-z_]:%31s", driver, blocks) < 1)
			abort();
		if (strcmp(driver, "none") != 0)
			set_driver(name, driver);
		if (*blocks)
			each_block(name, add_next_block, &letters);
	}
}

static void print_letter(unsigned int id, void *out)
{
	char letter = block_letter(id);

	if (letter)
		fputc(letter, out);
}

static void print_device(FILE *out, const char *name, const char *space)
{
	_cleanup_free_ char *driver = NULL;
	struct phys_range range;

	for (unsigned int i = 0; read_range(name, i, &range); i++)
		fprintf(out, "%s%llu+%llu", i ? "," : space,
			(unsigned long long)(range.start - START) / MIB,
			(unsigned long long)phys_range_size(range) / MIB);
	if (root_read_link_name(fake.tree.fd, device_path(name, "driver"),
				&driver) < 0)
		driver = NULL;
	fprintf(out, ":%s", driver ? driver : "none");
	if (driver && strcmp(driver, "kmem") == 0) {
		fputc(':', out);
		each_block(name, print_letter, out);
	}
}

static unsigned long long start_of(const char *name)
{
	struct phys_range range;

	return read_range(name, 0, &range) ? range.start : 0;
}

const char *fake_layout(void)
{
	static char text[256];
	FILE *out = fmemopen(text, sizeof(text), "w");
	unsigned long long last = 0;
	unsigned int empty = 0;
	const char *space = "";
	char name[32];

	/* By place: names are the kernel's. */
	for (;;) {
		unsigned long long best = ~0ULL;
		unsigned int found = 0;

		for (unsigned int id = 0; id < DEVICES_MAX; id++) {
			device_name(id, name);
			if (start_of(name) <= last || start_of(name) >= best)
				continue;
			best = start_of(name);
			found = id;
		}
		if (best == ~0ULL)
			break;
		device_name(found, name);
		print_device(out, name, space);
		if (align_of(name) != 2 * MIB)
			fprintf(out, "/%lluM",
				(unsigned long long)align_of(name) / MIB);
		space = " ";
		last = best;
	}
	for (unsigned int id = 0; id < DEVICES_MAX; id++) {
		device_name(id, name);
		empty +=
			root_exists(fake.tree.fd, device_path(name, "align")) &&
			!start_of(name);
	}
	if (empty)
		fprintf(out, "%s%u empty", space, empty);
	fclose(out);
	return text;
}

const char *fake_state(void)
{
	static char text[128];
	_cleanup_free_ char *driver = NULL, *word = NULL;
	char blocks[FAKE_BLOCKS + 1] = "";

	if (root_read_link_name(fake.tree.fd, device_path("dax0.0", "driver"),
				&driver) < 0)
		driver = NULL;
	for (unsigned int i = 0; i < FAKE_BLOCKS; i++)
		blocks[i] = block_letter(FAKE_FIRST_BLOCK + i);
	if (root_read_line(fake.tree.fd, MEMORY "/auto_online_blocks", &word) <
	    0)
		abort();
	snprintf(text, sizeof(text), "%s %s%s%s", driver ? driver : "none",
		 blocks, strcmp(word, "offline") == 0 ? "" : word,
		 memmap_word());
	return text;
}
