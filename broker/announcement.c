// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/announcement.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "act/uevent.h"
#include "basic/log.h"
#include "basic/names.h"
#include "basic/run-dir.h"

/* systemd ignores a name for a node while it has it for another one. After so
 * long it has heard that the other one gave it up. */
#define REPEAT_USEC UINT64_C(1000000)

void announcement_clear(struct announcement *announcement)
{
	node_names_clear(&announcement->names);
	node_names_clear(&announcement->before);
}

uint64_t announcement_due(const struct announcement *announcement)
{
	return announcement->due;
}

/* What the last daemon has published, unless the machine was booted since. */
static void begin(struct announcement *announcement, int root_fd)
{
	int r;

	if (announcement->begun)
		return;
	announcement->begun = true;
	r = node_names_read(root_fd, &announcement->names);
	announcement->missing = r < 0;
	if (r < 0 && r != -ENOENT)
		log_warning(RUN_DIR "/" RUN_NODES " cannot be read: %s",
			    strerror(-r));
}

static bool has_item(const struct node_names *names,
		     const struct node_name *wanted)
{
	const struct node_name *n = NULL;

	while ((n = node_names_next(names, wanted->name, n)))
		if (n->node == wanted->node)
			return true;
	return false;
}

/* The aliases of its node that come of @item are the same in both. */
static bool is_same(const struct node_names *a, const struct node_names *b,
		    const struct node_name *item)
{
	return has_item(a, item) && has_item(b, item) &&
	       node_names_only_node(a, item->name) ==
		       node_names_only_node(b, item->name);
}

static bool has_node(const struct node_names *names, size_t n, int node)
{
	for (size_t i = 0; i < n; i++)
		if (names->items[i].node == node)
			return true;
	return false;
}

static bool lacks(const struct node_names *names,
		  const struct node_names *other, int node)
{
	for (size_t i = 0; i < other->n; i++)
		if (other->items[i].node == node &&
		    !is_same(names, other, &other->items[i]))
			return true;
	return false;
}

static void announce(int root_fd, int node)
{
	int r = uevent_announce_node(root_fd, node);

	/* A node that is not there is announced by the kernel, later. */
	if (r < 0 && r != -ENOENT)
		log_warning("The name of node %d cannot be announced: %s", node,
			    strerror(-r));
}

static void announce_changes(int root_fd, const struct node_names *before,
			     const struct node_names *names)
{
	for (size_t i = 0; i < before->n; i++) {
		const int node = before->items[i].node;

		if (!has_node(before, i, node) &&
		    (lacks(names, before, node) || lacks(before, names, node)))
			announce(root_fd, node);
	}
	for (size_t i = 0; i < names->n; i++) {
		const int node = names->items[i].node;

		if (!has_node(before, before->n, node) &&
		    !has_node(names, i, node))
			announce(root_fd, node);
	}
}

/* It is that of one node, and was that of another one. */
static bool is_moved(const struct node_names *before,
		     const struct node_names *names,
		     const struct node_name *item)
{
	const int was = node_names_only_node(before, item->name);

	return was >= 0 && was != item->node &&
	       node_names_only_node(names, item->name) == item->node;
}

static bool any_moved(const struct node_names *before,
		      const struct node_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (is_moved(before, names, &names->items[i]))
			return true;
	return false;
}

static void repeat(struct announcement *announcement, int root_fd, uint64_t now)
{
	const struct node_names *names = &announcement->names;

	if (!announcement->due || now < announcement->due)
		return;
	for (size_t i = 0; i < names->n; i++)
		if (is_moved(&announcement->before, names, &names->items[i]))
			announce(root_fd, names->items[i].node);
	node_names_clear(&announcement->before);
	announcement->due = 0;
}

/* The device of @item is kept as it is, for its policy is in error. */
static bool is_kept(const struct survey *survey, const struct node_name *item)
{
	const struct plan_item *device = survey_find(survey, item->device);

	return device && device->decision->faulty &&
	       device->device->target_node == item->node;
}

static int collect(const struct announcement *announcement,
		   const struct survey *survey, struct node_names *ret)
{
	const struct node_names *old = &announcement->names;
	int r;

	r = node_names_collect(survey, ret);
	for (size_t i = 0; i < old->n && r == 0; i++)
		if (is_kept(survey, &old->items[i]))
			r = node_names_add(ret, old->items[i].name,
					   old->items[i].node,
					   old->items[i].device);
	return r;
}

/* Returns 1: they are others than before; 0; or a negative errno. */
static int publish(struct announcement *announcement, int root_fd,
		   const struct node_names *names)
{
	_cleanup_free_ char *old = node_names_text(&announcement->names);
	_cleanup_free_ char *new = node_names_text(names);
	int r;

	if (!old || !new)
		return -ENOMEM;
	if (!announcement->missing && strcmp(old, new) == 0)
		return 0;
	r = run_dir_write(root_fd, RUN_NODES, new);
	announcement->missing = r < 0;
	return r < 0 ? r : 1;
}

static void take(struct announcement *announcement, struct node_names *names,
		 uint64_t now)
{
	if (any_moved(&announcement->names, names)) {
		node_names_clear(&announcement->before);
		announcement->before = announcement->names;
		announcement->due = now + REPEAT_USEC;
	} else {
		node_names_clear(&announcement->names);
	}
	announcement->names = *names;
	*names = (struct node_names){ NULL };
}

void announcement_make(struct announcement *announcement, int root_fd,
		       const struct survey *survey, uint64_t now)
{
	_cleanup_node_names_ struct node_names names = { NULL };
	int r;

	begin(announcement, root_fd);
	repeat(announcement, root_fd, now);
	r = collect(announcement, survey, &names);
	if (r == 0)
		r = publish(announcement, root_fd, &names);
	if (r < 0)
		log_warning("The names of nodes cannot be published in " RUN_DIR
			    "/" RUN_NODES ": %s",
			    strerror(-r));
	if (r <= 0)
		return;
	announce_changes(root_fd, &announcement->names, &names);
	take(announcement, &names, now);
}
