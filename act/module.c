// SPDX-License-Identifier: GPL-2.0-or-later
#include "act/module.h"

#include <errno.h>
#include <libkmod.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/open-below.h"
#include "basic/text.h"

/* Where a kernel has its own dax modules, below /lib/modules/RELEASE. */
#define KERNELS_OWN "/kernel/drivers/dax/"

static void unref_context(struct kmod_ctx **context)
{
	kmod_unref(*context);
}

static void unref_list(struct kmod_list **list)
{
	kmod_module_unref_list(*list);
}

static void unref_module(struct kmod_module **module)
{
	kmod_module_unref(*module);
}

/* The module itself is not wanted by this kernel: it has no signature that the
 * kernel trusts, or was made for another one. */
static bool is_rejected(int error)
{
	return error == -EKEYREJECTED || error == -ENOKEY ||
	       error == -EBADMSG || error == -EPERM || error == -ENOEXEC;
}

/* "install kmem /bin/false" fails with EPERM, too, and is the administrator's
 * word. */
static bool may_be_replaced(const struct kmod_module *module)
{
	const char *path = kmod_module_get_path(module);

	return path && !strstr(path, KERNELS_OWN) &&
	       !kmod_module_get_install_commands(module);
}

/* They depend on no other, and what modprobe.d says is for the one that has the
 * name. Another context, because each knows a name once. */
static int insert_file(const char *path)
{
	_cleanup_(unref_context) struct kmod_ctx *context =
		kmod_new(NULL, NULL);
	_cleanup_(unref_module) struct kmod_module *module = NULL;
	int r;

	if (!context)
		return -ENOMEM;
	r = kmod_module_new_from_path(context, path, &module);
	if (r == 0)
		r = kmod_module_insert_module(module, 0, NULL);
	return r == -EEXIST ? 0 : r;
}

/* The kernel's own module of this name, however it is packed. */
static int insert_kernels_own(const char *directory, const char *name)
{
	static const char *const suffixes[] = { "", ".xz", ".zst", ".gz" };
	int r = -ENOENT;

	for (size_t i = 0; i < ARRAY_SIZE(suffixes) && r == -ENOENT; i++) {
		_cleanup_free_ char *path =
			text_format("%s" KERNELS_OWN "%s.ko%s", directory, name,
				    suffixes[i]);

		r = path ? insert_file(path) : -ENOMEM;
	}
	return r;
}

static int insert(struct kmod_ctx *context, struct kmod_list *item)
{
	_cleanup_(unref_module) struct kmod_module *module =
		kmod_module_get_module(item);
	int r;

	/* As modprobe(8): a blacklist keeps a module from being loaded by an
	 * alias; "install NAME /bin/false" forbids it altogether. */
	r = kmod_module_probe_insert_module(
		module, KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY, NULL, NULL, NULL,
		NULL);
	if (r > 0)
		return -EPERM;
	if (is_rejected(r) && may_be_replaced(module) &&
	    insert_kernels_own(kmod_get_dirname(context),
			       kmod_module_get_name(module)) == 0)
		return 0;
	return r;
}

int module_load(int root_fd, const char *name)
{
	_cleanup_(unref_context) struct kmod_ctx *context = NULL;
	_cleanup_(unref_list) struct kmod_list *list = NULL;
	struct kmod_list *item;
	int r, worst = 0;

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
		r = insert(context, item);
		if (r < 0 && worst == 0)
			worst = r;
	}
	return worst;
}
