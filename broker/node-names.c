// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/node-names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "act/uevent.h"
#include "basic/array.h"
#include "basic/log.h"
#include "survey/node-name.h"

struct node_name_entry {
	int node;
	char *name; /* as announced; NULL: none */
	char *next; /* while others are announced: what it is from then on */
	bool announced;
	bool known; /* nobody else has announced another */
};

void node_names_clear(struct node_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->items[i].name);
	free(names->items);
	*names = (struct node_names){ NULL };
}

static bool has_node(const struct node_names *names, int node)
{
	for (size_t i = 0; i < names->n; i++)
		if (names->items[i].node == node)
			return true;
	return false;
}

/* Without memory it is left for the next time. */
static void add_nodes(struct node_names *names, const struct survey *survey)
{
	for (size_t i = 0; i < survey->n_items; i++) {
		const int node = survey->items[i].device->target_node;

		if (node < 0 || has_node(names, node) ||
		    ARRAY_GROW(names->items, names->n) < 0)
			continue;
		names->items[names->n++] = (struct node_name_entry){
			.node = node,
			.known = names->begun,
		};
	}
	names->begun = true;
}

static bool is_new(const struct node_name_entry *entry, const char *name)
{
	if (!entry->known)
		return true;
	return entry->name && name ? strcmp(entry->name, name) != 0
				   : entry->name != name;
}

static bool is_taken(const struct node_names *names, const char *name)
{
	for (size_t i = 0; name && i < names->n; i++)
		if (names->items[i].name &&
		    strcmp(names->items[i].name, name) == 0)
			return true;
	return false;
}

static void announce(struct node_name_entry *entry, int root_fd,
		     const char *name)
{
	int r = uevent_announce_node(root_fd, entry->node);

	if (r < 0 && r != -ENOENT)
		log_warning("The name of node %d cannot be announced: %s",
			    entry->node, strerror(-r));
	entry->next = name ? strdup(name) : NULL;
	entry->announced = true;
}

/* Not before all are announced: a name that one of them gives up is not free
 * until systemd has heard of it. */
static void conclude(struct node_name_entry *entry)
{
	if (!entry->announced)
		return;
	free(entry->name);
	entry->name = TAKE_PTR(entry->next);
	entry->announced = false;
	entry->known = true;
}

bool node_names_announce(struct node_names *names, int root_fd,
			 const struct survey *survey)
{
	struct node_name_entry *blocked = NULL;
	bool again = false, any = false;

	add_nodes(names, survey);
	for (size_t i = 0; i < names->n; i++) {
		struct node_name_entry *entry = &names->items[i];
		const char *name = node_name_of(survey, entry->node);

		if (!is_new(entry, name))
			continue;
		if (is_taken(names, name)) {
			blocked = entry;
			continue;
		}
		/* Another node may have the name from before. */
		again |= !entry->known && name;
		announce(entry, root_fd, entry->known ? name : NULL);
		any = true;
	}
	/* Two that exchange their names: one gives its own up first. */
	if (blocked && !any)
		announce(blocked, root_fd, NULL);
	for (size_t i = 0; i < names->n; i++)
		conclude(&names->items[i]);
	return again || blocked;
}
