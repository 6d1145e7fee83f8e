// SPDX-License-Identifier: GPL-2.0-only
#include "kmem/error.h"

#include <linux/sysfs.h>

/* clang-format off */
static const char *const steps[] = {
	[KMEM_REFUSE] = "refuse",
	[KMEM_GROUP] = "group",
	[KMEM_RESERVE] = "reserve",
	[KMEM_ADD] = "add",
	[KMEM_ONLINE] = "online",
	[KMEM_OFFLINE] = "offline",
	[KMEM_REMOVE] = "remove",
};
/* clang-format on */

void kmem_error_init(struct kmem_last_error *last)
{
	spin_lock_init(&last->lock);
}

void kmem_error_clear(struct kmem_last_error *last)
{
	spin_lock(&last->lock);
	last->error.step = KMEM_NO_STEP;
	spin_unlock(&last->lock);
}

void kmem_error_set(struct kmem_last_error *last,
		    const struct kmem_error *error)
{
	spin_lock(&last->lock);
	if (last->error.step == KMEM_NO_STEP)
		last->error = *error;
	spin_unlock(&last->lock);
}

void kmem_error_undo_failed(struct kmem_last_error *last)
{
	spin_lock(&last->lock);
	last->error.undo_failed = true;
	spin_unlock(&last->lock);
}

ssize_t kmem_error_print(struct kmem_last_error *last, char *buf)
{
	struct kmem_error error;
	int at;

	spin_lock(&last->lock);
	error = last->error;
	spin_unlock(&last->lock);

	if (error.step == KMEM_NO_STEP)
		return sysfs_emit(buf, "none\n");
	at = sysfs_emit(buf, "op=%s step=%s errno=%d",
			error.plug ? "plug" : "unplug", steps[error.step],
			-error.err);
	if (error.range.end)
		at += sysfs_emit_at(buf, at, " range=%#llx-%#llx",
				    error.range.start, error.range.end);
	if (error.block >= 0)
		at += sysfs_emit_at(buf, at, " block=memory%ld", error.block);
	if (error.kind)
		at += sysfs_emit_at(buf, at, " pfn=%#lx kind=%s", error.pfn,
				    error.kind);
	if (error.step != KMEM_REFUSE)
		at += sysfs_emit_at(buf, at, " undo=%s",
				    error.undo_failed ? "failed" : "done");
	at += sysfs_emit_at(buf, at, "\n");
	return at;
}
