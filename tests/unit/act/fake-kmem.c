// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * daxbroker's kmem, as far as act/ can tell: kmod/Documentation/ABI/testing/
 * sysfs-bus-dax-kmem says what it does, kmod/kmem/ how. What it knows of memory
 * that an unbind left behind is in files, as all else here: a test's processes
 * are killed.
 */
#include "fake-machine.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "facts/root.h"

#define RANGES_MAX 8
#define TEXT_MAX 128

/* A range, in memory blocks. */
struct extent {
	unsigned int first, n;
};

/* Of one device, present or former; as text, "32+2,36+1". */
struct extents {
	struct extent at[RANGES_MAX];
	unsigned int n;
};

bool fake_kmem_is_daxbroker(void)
{
	return root_exists(fake.tree.fd, FAKE_PROBE_STATE);
}

static void read_extents(const char *device, struct extents *ret)
{
	struct phys_range range;
	uint64_t first, n;

	ret->n = 0;
	for (unsigned int i = 0; fake_read_range(device, i, &range); i++) {
		n = phys_range_blocks(range, FAKE_BLOCK, &first);
		if (n > 0)
			ret->at[ret->n++] =
				(struct extent){ (unsigned int)first,
						 (unsigned int)n };
	}
}

static void print_extents(const struct extents *e, char ret[TEXT_MAX])
{
	char *end = ret;

	*end = 0;
	for (unsigned int i = 0; i < e->n; i++)
		end += sprintf(end, "%s%u+%u", i ? "," : "", e->at[i].first,
			       e->at[i].n);
}

static void parse_extents(const char *text, struct extents *ret)
{
	struct extent *e;
	int length;

	for (ret->n = 0; *text; ret->n++) {
		e = &ret->at[ret->n];
		if (sscanf(text, "%u+%u%n", &e->first, &e->n, &length) != 2)
			abort();
		text += length;
		text += *text == ',';
	}
}

static bool is_plugged(struct extent e)
{
	return fake_block_letter(e.first) != 0;
}

static bool is_offline(struct extent e)
{
	for (unsigned int i = 0; i < e.n; i++)
		if (fake_block_letter(e.first + i) != 'o')
			return false;
	return true;
}

static void add(struct extent e, char letter)
{
	for (unsigned int i = 0; i < e.n; i++)
		fake_set_block(e.first + i, letter);
}

static void drop(struct extent e)
{
	for (unsigned int i = 0; i < e.n; i++)
		fake_remove_block(e.first + i);
}

static bool any_plugged(const struct extents *e)
{
	for (unsigned int i = 0; i < e->n; i++)
		if (is_plugged(e->at[i]))
			return true;
	return false;
}

/* A range with a block online stays. */
static void remove_offline(const struct extents *e)
{
	for (unsigned int i = 0; i < e->n; i++)
		if (is_plugged(e->at[i]) && is_offline(e->at[i]))
			drop(e->at[i]);
}

static bool overlap(const struct extents *fresh, const struct extents *left)
{
	for (unsigned int i = 0; i < fresh->n; i++)
		for (unsigned int j = 0; j < left->n; j++) {
			struct extent a = fresh->at[i], b = left->at[j];

			if (is_plugged(b) && a.first < b.first + b.n &&
			    b.first < a.first + a.n)
				return true;
		}
	return false;
}

/* What was left of the former device of this number; false: nothing. */
static bool read_left(unsigned int number, char path[32], struct extents *ret)
{
	_cleanup_free_ char *text = NULL;

	snprintf(path, 32, "kmem/left%u", number);
	if (root_read_line(fake.tree.fd, path, &text) < 0)
		return false;
	parse_extents(text, ret);
	return true;
}

static void save_left(const struct extents *e)
{
	char path[32], text[TEXT_MAX];
	struct extents other;
	unsigned int number = 0;

	while (read_left(number, path, &other))
		number++;
	print_extents(e, text);
	tree_write(&fake.tree, path, text);
}

static bool same_ranges(const struct extents *a, const struct extents *b)
{
	return a->n == b->n &&
	       memcmp(a->at, b->at, a->n * sizeof(a->at[0])) == 0;
}

/* As kmod/kmem/adopt.c */
static int adopt(const struct extents *fresh)
{
	struct extents left;
	char path[32];

	for (unsigned int i = 0; i < FAKE_DEVICES_MAX; i++)
		if (read_left(i, path, &left) && same_ranges(fresh, &left)) {
			unlinkat(fake.tree.fd, path, 0);
			return 0;
		}
	for (unsigned int i = 0; i < FAKE_DEVICES_MAX; i++) {
		if (!read_left(i, path, &left) || !overlap(fresh, &left))
			continue;
		remove_offline(&left);
		if (any_plugged(&left))
			return -EBUSY;
		unlinkat(fake.tree.fd, path, 0);
	}
	return 0;
}

static char *read_word(const char *path)
{
	char *word;

	if (root_read_line(fake.tree.fd, path, &word) < 0)
		abort();
	return word;
}

static void plug_default(const struct extents *e)
{
	_cleanup_free_ char *word =
		read_word(FAKE_MEMORY "/auto_online_blocks");

	for (unsigned int i = 0; i < e->n; i++)
		if (!is_plugged(e->at[i]))
			add(e->at[i], fake_online_letter(word));
}

static void set_last_error(const char *device, const char *text)
{
	tree_write(&fake.tree, fake_device_path(device, "last_error"), text);
}

int fake_kmem_probe(const char *device)
{
	_cleanup_free_ char *probe = read_word(FAKE_PROBE_STATE);
	struct extents own;
	int r;

	read_extents(device, &own);
	if (own.n == 0)
		return -EINVAL;
	r = adopt(&own);
	if (r < 0)
		return r;
	if (strcmp(probe, "default") == 0)
		plug_default(&own);
	set_last_error(device, "none\n");
	return 0;
}

void fake_kmem_remove(const char *device)
{
	struct extents own;

	unlinkat(fake.tree.fd, fake_device_path(device, "state"), 0);
	unlinkat(fake.tree.fd, fake_device_path(device, "last_error"), 0);
	unlinkat(fake.tree.fd, fake_device_path(device, "plugged_bytes"), 0);
	read_extents(device, &own);
	remove_offline(&own);
	if (any_plugged(&own))
		save_left(&own);
}

static const char *state_word(const struct extents *e)
{
	bool movable = false, kernel = false;

	if (!any_plugged(e))
		return "unplugged";
	for (unsigned int i = 0; i < e->n; i++)
		for (unsigned int j = 0; j < e->at[i].n; j++)
			switch (fake_block_letter(e->at[i].first + j)) {
			case 'o':
				return "offline";
			case 'm':
				movable = true;
				break;
			case 'k':
				kernel = true;
				break;
			}
	return movable && kernel ? "online"
	       : movable	 ? "online_movable"
				 : "online_kernel";
}

int fake_kmem_write_state(const char *device, const char *word)
{
	const char *now;
	struct extents own;

	if (!root_exists(fake.tree.fd, fake_device_path(device, "state")))
		return -ENOENT;
	read_extents(device, &own);
	now = state_word(&own);
	if (strcmp(word, now) == 0)
		return 0;
	set_last_error(device, "none\n");
	if (strcmp(word, "unplugged") == 0) {
		for (unsigned int i = 0; i < own.n; i++)
			if (is_plugged(own.at[i]))
				drop(own.at[i]);
		return 0;
	}
	if (strcmp(now, "unplugged") != 0) {
		set_last_error(device, "op=plug step=refuse errno=16\n");
		return -EBUSY;
	}
	for (unsigned int i = 0; i < own.n; i++)
		add(own.at[i], fake_online_letter(word));
	return 0;
}

void fake_kmem_report(const char *path, const char *text, int error)
{
	bool out = strcmp(text, "unplugged") == 0;
	char device[32], line[128];

	if (sscanf(path, FAKE_DEVICES "/%31[^/]/state", device) != 1 ||
	    !strstr(path, "/state"))
		return;
	snprintf(line, sizeof(line),
		 "op=%s step=%s errno=%d block=memory%u%s undo=done\n",
		 out ? "unplug" : "plug", out ? "offline" : "online", error,
		 FAKE_FIRST_BLOCK, out ? " pfn=0x100001 kind=slab" : "");
	set_last_error(device, line);
}

/* Calls @each with the devices that kmem has. */
static void each_bound(void (*each)(const char *device))
{
	char device[32];

	for (unsigned int id = 0; id < FAKE_DEVICES_MAX; id++) {
		fake_device_name(id, device);
		if (fake_is_bound(device, "kmem"))
			each(device);
	}
}

static uint64_t plugged_bytes(const struct extents *e)
{
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < e->n; i++)
		bytes += is_plugged(e->at[i]) ? e->at[i].n * FAKE_BLOCK : 0;
	return bytes;
}

static void write_state(const char *device)
{
	struct extents own;
	char line[32];

	read_extents(device, &own);
	snprintf(line, sizeof(line), "%s\n", state_word(&own));
	tree_write(&fake.tree, fake_device_path(device, "state"), line);
	snprintf(line, sizeof(line), "%" PRIu64 "\n", plugged_bytes(&own));
	tree_write(&fake.tree, fake_device_path(device, "plugged_bytes"), line);
}

void fake_kmem_refresh(void)
{
	if (fake_kmem_is_daxbroker())
		each_bound(write_state);
}

static void clear_error(const char *device)
{
	set_last_error(device, "none\n");
}

/* One former device's, from MiB. */
static void leave(const char *text)
{
	struct extents e;

	parse_extents(text, &e);
	for (unsigned int i = 0; i < e.n; i++) {
		e.at[i].first =
			FAKE_FIRST_BLOCK +
			(unsigned int)(e.at[i].first * FAKE_MIB / FAKE_BLOCK);
		e.at[i].n = (unsigned int)(e.at[i].n * FAKE_MIB / FAKE_BLOCK);
	}
	save_left(&e);
}

void fake_offer_kmem(const char *left)
{
	char text[TEXT_MAX], *rest = text, *part;

	tree_write(&fake.tree, FAKE_PROBE_STATE, "default");
	each_bound(clear_error);
	fake_kmem_refresh();
	snprintf(text, sizeof(text), "%s", left ? left : "");
	while ((part = strsep(&rest, " ")))
		if (*part)
			leave(part);
}
