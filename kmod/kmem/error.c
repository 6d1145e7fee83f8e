// SPDX-License-Identifier: GPL-2.0-only
/* The last error of a device, as its attribute last_error tells it. */
#include <linux/sysfs.h>

#include "kmem.h"

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

void kmem_error_clear(struct kmem_memory *memory)
{
	spin_lock(&memory->error_lock);
	memory->error.step = KMEM_NO_STEP;
	spin_unlock(&memory->error_lock);
}

void kmem_error_set(struct kmem_memory *memory, const struct kmem_error *error)
{
	spin_lock(&memory->error_lock);
	if (memory->error.step == KMEM_NO_STEP)
		memory->error = *error;
	spin_unlock(&memory->error_lock);
}

void kmem_error_undo_failed(struct kmem_memory *memory)
{
	spin_lock(&memory->error_lock);
	memory->error.undo_failed = true;
	spin_unlock(&memory->error_lock);
}

/* One line of KEY=VALUE words, or "none". Keys that do not apply are absent. */
ssize_t kmem_error_print(struct kmem_memory *memory, char *buf)
{
	struct kmem_error error;
	int at;

	spin_lock(&memory->error_lock);
	error = memory->error;
	spin_unlock(&memory->error_lock);

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
