// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/huge-pool.h"

#include <inttypes.h>
#include <stdio.h>

#include "basic/array.h"
#include "facts/root.h"

/* Documentation/admin-guide/mm/hugetlbpage.rst */
#define POOLS "hugepages"
#define NODE_POOLS "sys/devices/system/node/node%d/" POOLS
#define POOL_NAME POOLS "-%" PRIu64 "kB"
#define PATH_ROOM 128

static uint64_t read_figure(int root_fd, int node, uint64_t kib,
			    const char *name)
{
	char path[PATH_ROOM];
	uint64_t value;

	snprintf(path, sizeof(path), NODE_POOLS "/" POOL_NAME "/%s", node, kib,
		 name);
	return root_read_u64(root_fd, path, &value) < 0 ? 0 : value;
}

static void read_pool(const struct usage_reader *reader, uint64_t kib,
		      struct facts_huge_pool *ret)
{
	const struct facts_snapshot *s = reader->snapshot;
	int root_fd = reader->root_fd, node = reader->device->target_node;
	char path[PATH_ROOM];

	*ret = (struct facts_huge_pool){
		.page_size = kib * 1024,
		.n = read_figure(root_fd, node, kib, "nr_hugepages"),
		.free = read_figure(root_fd, node, kib, "free_hugepages"),
	};
	for (size_t i = 0; i < s->n_nodes; i++)
		if (s->nodes[i].id != node)
			ret->free_elsewhere += read_figure(
				root_fd, s->nodes[i].id, kib, "free_hugepages");
	snprintf(path, sizeof(path),
		 "sys/kernel/mm/" POOLS "/" POOL_NAME "/resv_hugepages", kib);
	if (root_read_u64(root_fd, path, &ret->reserved) < 0)
		ret->reserved = 0;
}

int huge_pools_read(struct usage_reader *reader)
{
	struct facts_usage *usage = reader->usage;
	_cleanup_closedir_ DIR *stream = NULL;
	const struct dirent *entry;
	char path[PATH_ROOM];
	int r;

	snprintf(path, sizeof(path), NODE_POOLS, reader->device->target_node);
	r = root_open_dir(reader->root_fd, path, &stream);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	while ((entry = readdir(stream))) {
		struct facts_huge_pool pool;
		uint64_t kib;

		if (sscanf(entry->d_name, POOLS "-%" SCNu64 "kB", &kib) != 1)
			continue;
		read_pool(reader, kib, &pool);
		if (pool.n == 0)
			continue;
		if (ARRAY_GROW(usage->pools, usage->n_pools) < 0)
			return -ENOMEM;
		usage->pools[usage->n_pools++] = pool;
	}
	return 0;
}
