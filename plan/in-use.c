// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/in-use.h"

#include <errno.h>
#include <inttypes.h>

#include "basic/text-stream.h"
#include "basic/text.h"

static void list_holders(FILE *f, const struct facts_device *device)
{
	for (size_t i = 0; i < device->n_holders; i++) {
		const struct facts_holder *h = &device->holders[i];

		fprintf(f, "%s%d (%s, %s)", i ? ", " : "", (int)h->pid,
			h->command, h->mapped ? "mapped" : "open");
	}
}

static char *describe_holders(const struct facts_device *d)
{
	_cleanup_text_stream_ struct text_stream text = { NULL };
	FILE *f = text_stream_open(&text);

	if (!f)
		return NULL;
	fprintf(f, "/dev/%s is in use by process ", d->name);
	list_holders(f, d);
	if (d->users.pinned_pages > 0)
		fprintf(f, ", with %" PRIu64 " references on its pages",
			d->users.pinned_pages);
	fprintf(f, "; stop it, then run daxbroker apply");
	return text_stream_take(&text);
}

/* Users that are no process, or none that was found. */
static char *describe_counted(const struct facts_device *d)
{
	return text_format(
		"/dev/%s is in use: %" PRIu64 " open files, %" PRIu64
		" references on its pages (buffers registered for I/O), but no "
		"process was found that has them; close them, then run "
		"daxbroker apply",
		d->name, d->users.openers, d->users.pinned_pages);
}

int in_use_describe(const struct facts_device *device, char **ret)
{
	if (device->n_holders > 0)
		*ret = describe_holders(device);
	else if (device->users.openers > 0 || device->users.pinned_pages > 0)
		*ret = describe_counted(device);
	else if (!device->holders_known && !device->users.known)
		*ret = text_format("the users of /dev/%s cannot be read; root "
				   "can read them",
				   device->name);
	else
		return 0;
	return *ret ? 1 : -ENOMEM;
}
