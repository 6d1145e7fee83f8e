// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/node-names.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basic/array.h"
#include "basic/names.h"
#include "basic/parse.h"
#include "basic/run-dir.h"
#include "basic/text-stream.h"
#include "facts/dax-device.h"
#include "facts/numa-node.h"
#include "survey/name-claim.h"

void node_names_clear(struct node_names *names)
{
	for (size_t i = 0; i < names->n; i++) {
		free(names->items[i].name);
		free(names->items[i].device);
	}
	free(names->items);
	*names = (struct node_names){ NULL };
}

int node_names_add(struct node_names *names, const char *name, int node,
		   const char *device)
{
	struct node_name item = { .node = node };

	if (ARRAY_GROW(names->items, names->n) < 0)
		return -ENOMEM;
	item.name = strdup(name);
	item.device = strdup(device);
	if (!item.name || !item.device) {
		free(item.name);
		free(item.device);
		return -ENOMEM;
	}
	names->items[names->n++] = item;
	return 0;
}

int node_names_collect(const struct survey *survey, struct node_names *ret)
{
	const struct policy_setting *setting =
		policy_setting_find(POLICY_SECTION_REGION, "NodeName");
	_cleanup_node_names_ struct node_names names = { NULL };

	for (size_t i = 0; i < survey->n_items; i++) {
		const struct plan_item *item = &survey->items[i];
		const char *name = name_claim(item, setting);

		if (name && item->device->target_node >= 0 &&
		    node_names_add(&names, name, item->device->target_node,
				   item->device->name) < 0)
			return -ENOMEM;
	}
	*ret = names;
	names = (struct node_names){ NULL };
	return 0;
}

/* "NAME NODE DEVICE"; what has another form is passed over. */
static int add_line(struct node_names *names, char *line)
{
	char *rest = line, *name = strsep(&rest, " ");
	char *number = strsep(&rest, " "), *device = strsep(&rest, " \n");
	int node;

	if (!device || !*device || strchr(device, '/') ||
	    parse_int(number, &node) < 0 || node < 0)
		return 0;
	return node_names_add(names, name, node, device);
}

static int read_lines(FILE *f, struct node_names *ret)
{
	_cleanup_node_names_ struct node_names names = { NULL };
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, f) >= 0)
		if (add_line(&names, line) < 0)
			return -ENOMEM;
	if (ferror(f))
		return -EIO;
	*ret = names;
	names = (struct node_names){ NULL };
	return 0;
}

int node_names_read(int root_fd, struct node_names *ret)
{
	int fd = run_dir_open_file(root_fd, RUN_NODES, O_RDONLY);
	FILE *f;
	int r;

	if (fd < 0)
		return fd;
	f = fdopen(fd, "r");
	if (!f) {
		close(fd);
		return -ENOMEM;
	}
	r = read_lines(f, ret);
	fclose(f);
	return r;
}

char *node_names_text(const struct node_names *names)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);

	if (!f)
		return NULL;
	for (size_t i = 0; i < names->n; i++)
		fprintf(f, "%s %d %s\n", names->items[i].name,
			names->items[i].node, names->items[i].device);
	return text_stream_take(&stream);
}

const struct node_name *node_names_next(const struct node_names *names,
					const char *name,
					const struct node_name *last)
{
	size_t i = last ? (size_t)(last - names->items) + 1 : 0;

	while (i < names->n && strcmp(names->items[i].name, name) != 0)
		i++;
	return i < names->n ? &names->items[i] : NULL;
}

int node_names_only_node(const struct node_names *names, const char *name)
{
	const struct node_name *first = node_names_next(names, name, NULL);

	for (const struct node_name *n = first; n;
	     n = node_names_next(names, name, n))
		if (n->node != first->node)
			return -1;
	return first ? first->node : -1;
}

bool node_names_is_present(int root_fd, const struct node_name *name)
{
	return dax_device_has_driver(root_fd, name->device, DRIVER_KMEM) &&
	       numa_node_has_memory(root_fd, name->node);
}
