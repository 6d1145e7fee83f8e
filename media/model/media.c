// SPDX-License-Identifier: GPL-2.0-or-later
#include "media/model/media.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"

static const char *const use_names[] = {
	[MEDIA_USE_MOUNT] = "mount",   [MEDIA_USE_SWAP] = "swap",
	[MEDIA_USE_DM] = "dm",	       [MEDIA_USE_MD] = "md",
	[MEDIA_USE_LOOP] = "loop",     [MEDIA_USE_HOLDER] = "holder",
	[MEDIA_USE_REGION] = "region",
};

static const char *const dax_names[] = {
	[MEDIA_DAX_UNKNOWN] = NULL,
	[MEDIA_DAX_NEVER] = "never",
	[MEDIA_DAX_INODE] = "inode",
	[MEDIA_DAX_ALWAYS] = "always",
};

static void media_done(struct media *media)
{
	for (size_t i = 0; i < media->n_uses; i++) {
		free(media->uses[i].name);
		free(media->uses[i].type);
	}
	free(media->uses);
	free(media->name);
	free(media->mode);
	free(media->map);
	free(media->uuid);
	free(media->label);
	free(media->blockdev);
	free(media->chardev);
	free(media->host);
	free(media->content);
}

void media_list_free(struct media_list *list)
{
	for (size_t i = 0; i < list->n_items; i++)
		media_done(&list->items[i]);
	free(list->items);
	free(list);
}

struct media *media_list_add(struct media_list *list, enum media_kind kind,
			     const char *name)
{
	_cleanup_free_ char *copy = strdup(name);
	struct media *media;

	if (!copy || ARRAY_GROW(list->items, list->n_items) < 0)
		return NULL;
	media = &list->items[list->n_items++];
	*media = (struct media){
		.kind = kind,
		.name = TAKE_PTR(copy),
		.numa_node = -1,
		.target_node = -1,
	};
	return media;
}

static int compare(const void *a, const void *b)
{
	const struct media *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return strverscmp(x->name, y->name);
}

void media_list_sort(struct media_list *list)
{
	if (list->n_items > 1)
		qsort(list->items, list->n_items, sizeof(*list->items),
		      compare);
}

static bool is_called(const struct media *media, const char *name)
{
	return strcmp(media->name, name) == 0 ||
	       (media->blockdev && strcmp(media->blockdev, name) == 0) ||
	       (media->chardev && strcmp(media->chardev, name) == 0);
}

const struct media *media_list_find(const struct media_list *list,
				    const char *name)
{
	for (size_t i = 0; i < list->n_items; i++)
		if (is_called(&list->items[i], name))
			return &list->items[i];
	return NULL;
}

int media_add_use(struct media *media, enum media_use_kind kind,
		  const char *name, const char *type, enum media_dax dax)
{
	_cleanup_free_ char *name_copy = strdup(name);
	_cleanup_free_ char *type_copy = type ? strdup(type) : NULL;

	if (!name_copy || (type && !type_copy) ||
	    ARRAY_GROW(media->uses, media->n_uses) < 0)
		return -ENOMEM;
	media->uses[media->n_uses++] = (struct media_use){
		.kind = kind,
		.dax = dax,
		.name = TAKE_PTR(name_copy),
		.type = TAKE_PTR(type_copy),
	};
	return 0;
}

const char *media_use_name(enum media_use_kind kind)
{
	return use_names[kind];
}

const char *media_dax_name(enum media_dax dax)
{
	return dax_names[dax];
}
