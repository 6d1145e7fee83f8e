// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which processes map pages of a device's memory blocks. numa_maps leads to the
 * mappings with memory on the node, smaps to their ends and whether they are
 * locked, pagemap from their addresses to the pages.
 */
#include "facts/residents.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basic/array.h"
#include "basic/cleanup.h"
#include "basic/range.h"
#include "facts/page-flags.h"
#include "facts/pagemap.h"
#include "facts/pins.h"
#include "facts/process.h"
#include "facts/root.h"

/* Words of pagemap that are read of a process: 16 GiB of its addresses, and 4
 * MiB more for each page that it has on the node. A process that hides a page
 * better than that costs no more time. */
#define WORDS UINT64_C(0x400000)
#define WORDS_PER_PAGE 1024

/* A mapping of a process with memory on the device's node. */
struct area {
	struct phys_range range; /* of virtual addresses */
	uint64_t pages;		 /* of it on the node */
	bool locked, huge, bound;
};

/* The search in one process. */
struct search {
	struct usage_reader *reader;
	struct facts_resident resident;
	struct area *areas; /* as in numa_maps: by address */
	size_t n_areas;
	struct phys_range *pins;
	size_t n_pins;
	/* While pages are counted: */
	uint64_t words; /* see WORDS */
	const struct area *area;
	uint64_t left; /* pages on the node that were not met yet */
};

static void resident_release(struct facts_resident *resident)
{
	free(resident->command);
	free(resident->cgroup);
	free(resident->pinner);
}

static void cleanup_search(struct search *search)
{
	resident_release(&search->resident);
	free(search->areas);
	free(search->pins);
}

/* Opens a file of the process. Returns 0, or a negative errno. */
static int open_file(const struct search *search, const char *name, FILE **ret)
{
	char path[PROCESS_PATH_MAX];

	snprintf(path, sizeof(path), "proc/%d/%s", search->resident.pid, name);
	return root_open_stream(search->reader->root_fd, path, ret);
}

/* Whether the second word is "bind:NODE", or "bind=static:NODE". */
static bool is_bound_to(const char *line, int node)
{
	const char *policy = strstr(line, " bind");
	const char *nodes = policy ? strchr(policy, ':') : NULL;
	char *behind;

	return nodes && policy == strchr(line, ' ') &&
	       strtol(nodes + 1, &behind, 10) == node &&
	       behind == policy + 1 + strcspn(policy + 1, " \n");
}

/* The number behind the word @key ("N1="), or 0. */
static uint64_t number_of(const char *line, const char *key)
{
	const char *word = strstr(line, key);

	return word ? strtoull(word + strlen(key), NULL, 10) : 0;
}

/* The mapping's pages on the node; a huge page counts once in the line. */
static uint64_t pages_on_node(const struct search *search, const char *line,
			      const char *on_node)
{
	uint64_t size = number_of(line, " kernelpagesize_kB=") * 1024;
	uint64_t page_size = search->reader->usage->page_size;

	return number_of(line, on_node) *
	       (size > page_size ? size / page_size : 1);
}

/* "7f00 bind:1 anon=1024 dirty=1024 N1=1024 kernelpagesize_kB=4" */
static int add_area(struct search *search, const char *line,
		    const char *on_node)
{
	uint64_t start, pages = pages_on_node(search, line, on_node);
	struct area *area;

	if (pages == 0 || sscanf(line, "%" SCNx64, &start) != 1)
		return 0;
	if (ARRAY_GROW(search->areas, search->n_areas) < 0)
		return -ENOMEM;
	area = &search->areas[search->n_areas++];
	*area = (struct area){
		.range = { start, start },
		.pages = pages,
		.huge = strstr(line, " huge "),
		.bound = is_bound_to(line, search->reader->device->target_node),
	};
	return 0;
}

static int find_areas(struct search *search)
{
	_cleanup_fclose_ FILE *file = NULL;
	_cleanup_free_ char *line = NULL;
	char on_node[24];
	size_t room = 0;
	int r;

	r = open_file(search, "numa_maps", &file);
	if (r < 0)
		return r;
	snprintf(on_node, sizeof(on_node),
		 " N%d=", search->reader->device->target_node);
	while (getline(&line, &room, file) >= 0) {
		r = add_area(search, line, on_node);
		if (r < 0)
			return r;
	}
	return 0;
}

static int compare_areas(const void *a, const void *b)
{
	const struct area *x = a, *y = b;

	return (x->range.start > y->range.start) -
	       (x->range.start < y->range.start);
}

static int measure_areas(struct search *search)
{
	_cleanup_fclose_ FILE *file = NULL;
	_cleanup_free_ char *line = NULL;
	struct area key = { 0 }, *area = NULL;
	size_t room = 0;
	int r;

	r = open_file(search, "smaps", &file);
	if (r < 0)
		return r;
	while (getline(&line, &room, file) >= 0) {
		uint64_t start, end;

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &start, &end) ==
		    2) {
			key.range.start = start;
			area = bsearch(&key, search->areas, search->n_areas,
				       sizeof(key), compare_areas);
			if (area && end > start)
				area->range.end = end - 1;
		} else if (area && strncmp(line, "VmFlags:", 8) == 0) {
			area->locked = strstr(line, " lo ");
		}
	}
	return 0;
}

static bool is_pinned(const struct search *search, uint64_t address)
{
	for (size_t i = 0; i < search->n_pins; i++)
		if (search->pins[i].start <= address &&
		    address <= search->pins[i].end)
			return true;
	return false;
}

static bool count_page(uint64_t address, uint64_t pfn, void *userdata)
{
	struct search *search = userdata;
	const struct facts_usage *usage = search->reader->usage;
	struct facts_resident *resident = &search->resident;

	if (!page_flags_block(search->reader, pfn))
		return true;
	resident->pages++;
	resident->locked += search->area->locked;
	resident->huge += search->area->huge;
	resident->bound += search->area->bound;
	resident->pinned += is_pinned(search, address);
	for (size_t i = 0; i < usage->n_suspects; i++)
		if (usage->suspects[i].pfn == pfn)
			resident->suspects |= 1U << i;
	return --search->left > 0;
}

static bool count_area(struct search *search, int pagemap_fd,
		       const struct area *area)
{
	search->area = area;
	search->left = area->pages;
	return pagemap_walk(pagemap_fd, &area->range,
			    search->reader->usage->page_size, &search->words,
			    count_page, search);
}

static int count_pages(struct search *search)
{
	char path[PROCESS_PATH_MAX];
	_cleanup_close_ int fd = -1;

	snprintf(path, sizeof(path), "proc/%d/pagemap", search->resident.pid);
	fd = root_open(search->reader->root_fd, path, 0);
	if (fd < 0)
		return fd;
	search->words = WORDS;
	for (size_t i = 0; i < search->n_areas; i++)
		search->words += search->areas[i].pages * WORDS_PER_PAGE;
	for (size_t i = 0; i < search->n_areas; i++)
		if (!count_area(search, fd, &search->areas[i]))
			search->reader->usage->residents_known = false;
	return 0;
}

static int keep_resident(struct search *search)
{
	struct facts_usage *usage = search->reader->usage;
	struct facts_resident *resident = &search->resident;
	int root_fd = search->reader->root_fd;

	if (process_read_command(root_fd, resident->pid, &resident->command) <
		    0 ||
	    process_read_cgroup(root_fd, resident->pid, &resident->cgroup) <
		    0 ||
	    ARRAY_GROW(usage->residents, usage->n_residents) < 0)
		return -ENOMEM;
	usage->residents[usage->n_residents++] = *resident;
	*resident = (struct facts_resident){ 0 };
	return 0;
}

static int scan_process(struct usage_reader *reader, pid_t pid)
{
	_cleanup_(cleanup_search) struct search search = {
		.reader = reader, .resident = { .pid = pid }
	};
	int r;

	r = find_areas(&search);
	if (r < 0 || search.n_areas == 0)
		return r;
	r = measure_areas(&search);
	if (r == 0)
		r = pins_read(reader, &search.resident, &search.pins,
			      &search.n_pins);
	if (r == 0)
		r = count_pages(&search);
	if (r < 0 || search.resident.pages == 0)
		return r;
	return keep_resident(&search);
}

static int found(void *userdata, pid_t pid)
{
	struct usage_reader *reader = userdata;
	int r = scan_process(reader, pid);

	/* Gone meanwhile is no matter. */
	if (r < 0 && r != -ENOENT && r != -ESRCH)
		reader->usage->residents_known = false;
	return r == -ENOMEM ? r : 0;
}

static int compare_residents(const void *a, const void *b)
{
	const struct facts_resident *x = a, *y = b;

	if (x->pages != y->pages)
		return x->pages < y->pages ? 1 : -1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

int residents_read(struct usage_reader *reader)
{
	struct facts_usage *usage = reader->usage;
	bool all = false;
	int r;

	usage->residents_known = true;
	r = process_each(reader->root_fd, found, reader, &all);
	if (r < 0)
		return r;
	usage->residents_known &= all;
	if (usage->n_residents)
		qsort(usage->residents, usage->n_residents,
		      sizeof(*usage->residents), compare_residents);
	return 0;
}
