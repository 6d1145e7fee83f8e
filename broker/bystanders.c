// SPDX-License-Identifier: GPL-2.0-or-later
#include "broker/bystanders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/names.h"
#include "basic/text.h"

void bystanders_clear(struct bystanders *bystanders)
{
	for (size_t i = 0; i < bystanders->n; i++) {
		free(bystanders->list[i].identity);
		free(bystanders->list[i].driver);
	}
	free(bystanders->list);
	free(bystanders->jobs);
	*bystanders = (struct bystanders){ 0 };
}

static bool has_job(const struct pass *pass, size_t region)
{
	for (size_t i = 0; i < pass->survey->n_items; i++)
		if (pass->items[i].wanted &&
		    pass->survey->items[i].device->region == region)
			return true;
	return false;
}

static int add(struct bystanders *bystanders,
	       const struct facts_snapshot *snapshot,
	       const struct facts_device *device)
{
	struct bystander *b;

	if (ARRAY_GROW(bystanders->list, bystanders->n) < 0)
		return -ENOMEM;
	b = &bystanders->list[bystanders->n++];
	*b = (struct bystander){
		.identity = strdup(device->identity),
		.driver = device->driver ? strdup(device->driver) : NULL,
		.n_online = plan_count_online(snapshot, device),
	};
	return b->identity && (b->driver || !device->driver) ? 0 : -ENOMEM;
}

int bystanders_note(struct bystanders *bystanders, const struct pass *pass)
{
	const struct survey *survey = pass->survey;
	int r = 0;

	bystanders_clear(bystanders);
	bystanders->had_device_dax = survey->snapshot->kernel.has_device_dax;
	for (size_t i = 0; i < survey->n_items && r == 0; i++) {
		const struct facts_device *device = survey->items[i].device;

		if (pass->items[i].wanted)
			r = text_add(&bystanders->jobs, ", ", device->name);
		else if (!has_job(pass, device->region))
			r = add(bystanders, survey->snapshot, device);
	}
	if (r < 0)
		bystanders_clear(bystanders);
	return r;
}

static bool is_changed(const struct bystanders *bystanders,
		       const struct bystander *was,
		       const struct facts_device *device, size_t n_online)
{
	if (!was->driver && !bystanders->had_device_dax &&
	    facts_device_is_bound(device, DRIVER_DEVICE_DAX))
		return false;
	return was->n_online != n_online ||
	       strcmp(was->driver ?: "", device->driver ?: "") != 0;
}

static const struct bystander *find(const struct bystanders *bystanders,
				    const char *identity)
{
	for (size_t i = 0; i < bystanders->n; i++)
		if (strcmp(bystanders->list[i].identity, identity) == 0)
			return &bystanders->list[i];
	return NULL;
}

char *bystanders_change(const struct bystanders *bystanders,
			const struct facts_snapshot *snapshot,
			const struct plan_item *item)
{
	const struct facts_device *device = item->device;
	const struct bystander *was = find(bystanders, device->identity);
	size_t n_online = plan_count_online(snapshot, device);

	if (!was || !is_changed(bystanders, was, device, n_online))
		return NULL;
	return text_format("it had %s and %zu memory blocks online, and has "
			   "%s and %zu, though no job was about it, but about "
			   "%s",
			   was->driver ?: "no driver", was->n_online,
			   device->driver ?: "no driver", n_online,
			   bystanders->jobs);
}
