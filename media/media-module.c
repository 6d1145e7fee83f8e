// SPDX-License-Identifier: GPL-2.0-or-later
#include "media/media-module.h"

#include <errno.h>
#include <stdlib.h>

#include "basic/open-below.h"
#include "media/block-use.h"
#include "media/cxl-memory.h"
#include "media/cxl-region.h"
#include "media/namespaces.h"
#include "media/probe.h"

static int read_content(int root_fd, struct media *media)
{
	int r;

	if (!media->blockdev)
		return 0;
	r = probe_block(root_fd, media->blockdev, &media->content);
	media->content_error = r;
	return r == -ENOMEM ? r : 0;
}

/* Who uses them, and what is on them. */
static int read_more(int root_fd, bool content, struct media_list *list)
{
	_cleanup_block_use_ struct block_use use = { 0 };
	int r = block_use_open(root_fd, &use);

	for (size_t i = 0; i < list->n_items && r == 0; i++) {
		r = block_use_find(&use, &list->items[i]);
		if (r == 0 && content)
			r = read_content(root_fd, &list->items[i]);
	}
	return r;
}

/* Both libraries have /sys fixed in them. */
static int read_list(int root_fd, bool content, struct media_list **ret)
{
	_cleanup_media_list_ struct media_list *list = NULL;
	int r;

	if (!open_below_is_system(root_fd))
		return -EXDEV;
	list = calloc(1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	list->nvdimm_error = namespaces_read(list);
	list->cxl_error = cxl_memory_read(list);
	if (list->nvdimm_error == -ENOMEM || list->cxl_error == -ENOMEM)
		return -ENOMEM;
	media_list_sort(list);
	r = cxl_region_find_users(root_fd, list);
	if (r == 0)
		r = read_more(root_fd, content, list);
	if (r == 0)
		*ret = TAKE_PTR(list);
	return r;
}

static int find_users(int root_fd, const char *device, struct media *media)
{
	_cleanup_block_use_ struct block_use use = { 0 };
	int r = block_use_open(root_fd, &use);

	return r == 0 ? block_use_find_device(&use, device, media) : r;
}

const struct media_module media_module = {
	.read = read_list,
	.content = probe_device,
	.users = find_users,
};
