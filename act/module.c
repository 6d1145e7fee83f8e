// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/module.h"

#include <errno.h>
#include <libkmod.h>

#include "basic/cleanup.h"
#include "basic/open-below.h"

static void unref_context(struct kmod_ctx **context)
{
	kmod_unref(*context);
}

static void unref_list(struct kmod_list **list)
{
	kmod_module_unref_list(*list);
}

static int insert(struct kmod_list *item)
{
	struct kmod_module *module = kmod_module_get_module(item);
	int r;

	/* As modprobe(8): a blacklist keeps a module from being loaded by an
	 * alias; "install NAME /bin/false" forbids it altogether. */
	r = kmod_module_probe_insert_module(
		module, KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY, NULL, NULL, NULL,
		NULL);
	kmod_module_unref(module);
	return r > 0 ? -EPERM : r;
}

int module_load(int root_fd, const char *name)
{
	_cleanup_(unref_context) struct kmod_ctx *context = NULL;
	_cleanup_(unref_list) struct kmod_list *list = NULL;
	struct kmod_list *item;
	int r;

	if (!open_below_is_system(root_fd))
		return -EOPNOTSUPP;
	context = kmod_new(NULL, NULL);
	if (!context)
		return -ENOMEM;
	r = kmod_module_new_from_lookup(context, name, &list);
	if (r < 0)
		return r;
	if (!list)
		return -ENOENT;
	kmod_list_foreach(item, list)
	{
		r = insert(item);
		if (r < 0)
			return r;
	}
	return 0;
}
