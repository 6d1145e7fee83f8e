/* SPDX-License-Identifier: GPL-2.0-only */
/* The last error of a device, as its attribute last_error shows it. */
#ifndef KMEM_ERROR_H
#define KMEM_ERROR_H

#include <linux/range.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * enum kmem_step - the part of a transition that failed
 * @KMEM_NO_STEP: none did
 * @KMEM_REFUSE: the state does not allow what was asked for
 * @KMEM_GROUP: registering the memory group
 * @KMEM_RESERVE: reserving the range in iomem
 * @KMEM_ADD: add_memory_driver_managed()
 * @KMEM_ONLINE: onlining a memory block
 * @KMEM_OFFLINE: offlining a memory block
 * @KMEM_REMOVE: offline_and_remove_memory()
 */
enum kmem_step {
	KMEM_NO_STEP,
	KMEM_REFUSE,
	KMEM_GROUP,
	KMEM_RESERVE,
	KMEM_ADD,
	KMEM_ONLINE,
	KMEM_OFFLINE,
	KMEM_REMOVE,
};

/**
 * struct kmem_error - why the last transition failed
 * @step: what failed; KMEM_NO_STEP: nothing
 * @plug: it was on the way in, not out
 * @undo_failed: undoing what had been done did not work either
 * @err: negative errno
 * @range: physical addresses, if @step is about a range
 * @block: number of the memory block, -1: not about one
 * @pfn: of the first page that cannot move, if @kind is set
 * @kind: what such a page is, or NULL
 */
struct kmem_error {
	enum kmem_step step;
	bool plug;
	bool undo_failed;
	int err;
	struct range range;
	long block;
	unsigned long pfn;
	const char *kind;
};

/**
 * struct kmem_last_error - an error that is written and read at any time
 * @lock: of @error
 * @error: the first since it was cleared
 */
struct kmem_last_error {
	spinlock_t lock;
	struct kmem_error error;
};

void kmem_error_init(struct kmem_last_error *last);
void kmem_error_clear(struct kmem_last_error *last);

/* kmem_error_set() - takes @error, unless there is one already */
void kmem_error_set(struct kmem_last_error *last,
		    const struct kmem_error *error);

void kmem_error_undo_failed(struct kmem_last_error *last);

/**
 * kmem_error_print() - one line of KEY=VALUE words, or "none"
 * @last: the error; keys that do not apply to it are left out
 * @buf: a page, of a sysfs attribute
 *
 * Return: bytes written.
 */
ssize_t kmem_error_print(struct kmem_last_error *last, char *buf);

#endif /* KMEM_ERROR_H */
