// SPDX-License-Identifier: GPL-2.0-or-later
#include "media/cxl-region.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "basic/parse.h"
#include "facts/root.h"

#define DEVICES_DIR "sys/bus/cxl/devices"
#define TARGETS_MAX 16 /* the most ways of interleave */

static struct media *find(struct media_list *list, enum media_kind kind,
			  const char *name)
{
	for (size_t i = 0; i < list->n_items; i++)
		if (list->items[i].kind == kind &&
		    strcmp(list->items[i].name, name) == 0)
			return &list->items[i];
	return NULL;
}

/* A memory device can be more than one target. */
static int add_use(struct media_list *list, enum media_kind kind,
		   const char *name, const char *region)
{
	struct media *media = find(list, kind, name);

	if (!media)
		return 0;
	for (size_t i = 0; i < media->n_uses; i++)
		if (strcmp(media->uses[i].name, region) == 0)
			return 0;
	return media_add_use(media, MEDIA_USE_REGION, region, NULL,
			     MEDIA_DAX_UNKNOWN);
}

/* The bus's link is ".../root0/decoder0.0/region0". */
static int add_to_decoder(int root_fd, const char *region,
			  struct media_list *list)
{
	_cleanup_free_ char *link = NULL;
	char path[NAME_MAX + 64];
	char *slash;
	int r;

	snprintf(path, sizeof(path), DEVICES_DIR "/%s", region);
	r = root_read_link(root_fd, path, &link);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	slash = strrchr(link, '/');
	if (!slash)
		return 0;
	*slash = '\0';
	slash = strrchr(link, '/');
	return add_use(list, MEDIA_DECODER, slash ? slash + 1 : link, region);
}

/* Its endpoint decoder is below the endpoint, whose uport is the device. */
static int add_to_target(int root_fd, const char *region, const char *decoder,
			 struct media_list *list)
{
	_cleanup_free_ char *memdev = NULL;
	char path[NAME_MAX + 64];
	int r;

	if (strncmp(decoder, "decoder", strlen("decoder")) != 0 ||
	    strchr(decoder, '/') || strlen(decoder) > NAME_MAX)
		return 0;
	snprintf(path, sizeof(path), DEVICES_DIR "/%s/../uport", decoder);
	r = root_read_link_name(root_fd, path, &memdev);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	return add_use(list, MEDIA_MEMDEV, memdev, region);
}

static int add_region(int root_fd, const char *region, struct media_list *list)
{
	int r = add_to_decoder(root_fd, region, list);

	for (unsigned int i = 0; i < TARGETS_MAX && r == 0; i++) {
		_cleanup_free_ char *decoder = NULL;
		char path[NAME_MAX + 64];

		snprintf(path, sizeof(path), DEVICES_DIR "/%s/target%u", region,
			 i);
		r = root_read_line(root_fd, path, &decoder);
		if (r < 0)
			return r == -ENOMEM ? r : 0;
		r = add_to_target(root_fd, region, decoder, list);
	}
	return r;
}

int cxl_region_find_users(int root_fd, struct media_list *list)
{
	_cleanup_closedir_ DIR *dir = NULL;
	struct dirent *entry;
	uint64_t number;
	int r = root_open_dir(root_fd, DEVICES_DIR, &dir);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	while (r >= 0 && (entry = readdir(dir)))
		if (parse_numbered(entry->d_name, "region", &number))
			r = add_region(root_fd, entry->d_name, list);
	return r < 0 ? r : 0;
}
