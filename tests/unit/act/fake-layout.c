// SPDX-License-Identifier: GPL-2.0-or-later
/* How a test says what there is, and what there is to be. */
#include "fake-kernel.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/root.h"
#include "fake-machine.h"

void fake_offer_memmap(bool on)
{
	tree_write(&fake.tree,
		   "sys/module/memory_hotplug/parameters/memmap_on_memory",
		   "Y\n");
	tree_write(&fake.tree, fake_device_path("dax0.0", "memmap_on_memory"),
		   on ? "1" : "0");
}

static const char *memmap_word(void)
{
	_cleanup_free_ char *value = NULL;

	if (root_read_line(fake.tree.fd,
			   fake_device_path("dax0.0", "memmap_on_memory"),
			   &value) < 0)
		return "";
	return *value == '1' ? " memmap" : " no memmap";
}

/* "0+64,128+64", in MiB from the region's start; behind the ranges. */
static const char *add_ranges(const char *name, const char *text)
{
	unsigned long long start, size;
	int n;

	for (;;) {
		if (sscanf(text, "%llu+%llu%n", &start, &size, &n) != 2)
			abort();
		fake_put_mapping(
			name,
			(struct phys_range){
				FAKE_START + start * FAKE_MIB,
				FAKE_START + (start + size) * FAKE_MIB - 1 });
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
	char letter = *letters->next++;

	if (letter != '-')
		fake_set_block(id, letter);
}

void fake_layout(const char *layout)
{
	char text[256], *rest = text, *part, name[32];

	snprintf(text, sizeof(text), "%s", layout);
	if (fake_write_device("dax0.0", "size", "0") < 0)
		abort();
	for (unsigned int id = 0; (part = strsep(&rest, " ")); id++) {
		const char *behind;
		char driver[32] = "", blocks[32] = "";
		struct letters letters = { blocks };

		fake_device_name(id, name);
		if (id > 0)
			fake_make_device(name);
		if (strcmp(part, "empty") == 0)
			continue;
		behind = add_ranges(name, part);
		if (sscanf(behind, ":%31[a-z_]:%31s", driver, blocks) < 1)
			abort();
		if (strcmp(driver, "none") != 0)
			fake_set_driver(name, driver);
		if (*blocks)
			fake_each_block(name, add_next_block, &letters);
	}
}

void fake_grant(const char *ranges, const char *clear)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "[Grant]\nId=0000000000000001\nPool=p\nState=making\n"
		 "Clear=%s\nRanges=%s\nAlign=2097152\nUser=0\n",
		 clear, ranges);
	tree_write(&fake.tree, "run/daxbroker/grants", text);
}

static void print_letter(unsigned int id, void *out)
{
	char letter = fake_block_letter(id);

	if (letter)
		fputc(letter, out);
}

static void find_block(unsigned int id, void *found)
{
	*(bool *)found |= fake_block_letter(id) != 0;
}

static void print_device(FILE *out, const char *name, const char *space)
{
	_cleanup_free_ char *driver = NULL;
	struct phys_range range;
	bool memory = false;

	for (unsigned int i = 0; fake_read_range(name, i, &range); i++)
		fprintf(out, "%s%llu+%llu", i ? "," : space,
			(unsigned long long)(range.start - FAKE_START) /
				FAKE_MIB,
			(unsigned long long)phys_range_size(range) / FAKE_MIB);
	if (root_read_link_name(fake.tree.fd, fake_device_path(name, "driver"),
				&driver) < 0)
		driver = NULL;
	fprintf(out, ":%s", driver ? driver : "none");
	fake_each_block(name, find_block, &memory);
	if (memory || (driver && strcmp(driver, "kmem") == 0)) {
		fputc(':', out);
		fake_each_block(name, print_letter, out);
	}
}

static unsigned long long start_of(const char *name)
{
	struct phys_range range;

	return fake_read_range(name, 0, &range) ? range.start : 0;
}

const char *fake_current_layout(void)
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

		for (unsigned int id = 0; id < FAKE_DEVICES_MAX; id++) {
			fake_device_name(id, name);
			if (start_of(name) <= last || start_of(name) >= best)
				continue;
			best = start_of(name);
			found = id;
		}
		if (best == ~0ULL)
			break;
		fake_device_name(found, name);
		print_device(out, name, space);
		if (fake_align(name) != 2 * FAKE_MIB)
			fprintf(out, "/%lluM",
				(unsigned long long)fake_align(name) /
					FAKE_MIB);
		space = " ";
		last = best;
	}
	for (unsigned int id = 0; id < FAKE_DEVICES_MAX; id++) {
		fake_device_name(id, name);
		empty += root_exists(fake.tree.fd,
				     fake_device_path(name, "align")) &&
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
	_cleanup_free_ char *driver = NULL, *word = NULL, *probe = NULL;
	char blocks[FAKE_BLOCKS + 1] = "";

	if (root_read_link_name(fake.tree.fd,
				fake_device_path("dax0.0", "driver"),
				&driver) < 0)
		driver = NULL;
	for (unsigned int i = 0; i < FAKE_BLOCKS; i++)
		blocks[i] = fake_block_letter(FAKE_FIRST_BLOCK + i);
	if (root_read_line(fake.tree.fd, FAKE_MEMORY "/auto_online_blocks",
			   &word) < 0)
		abort();
	if (root_read_line(fake.tree.fd, FAKE_PROBE_STATE, &probe) < 0)
		probe = strdup("default");
	snprintf(text, sizeof(text), "%s %s%s%s%s", driver ? driver : "none",
		 blocks, strcmp(word, "offline") == 0 ? "" : word,
		 strcmp(probe, "default") == 0 ? "" : probe, memmap_word());
	return text;
}
