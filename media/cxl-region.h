/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEDIA_CXL_REGION_H
#define MEDIA_CXL_REGION_H

#include "media/model/media.h"

/* Adds to memory devices and root decoders which regions they are part of.
 * libcxl before 77 does not see volatile regions, so sysfs is read, below
 * @root_fd. Returns 0 or a negative errno. */
int cxl_region_find_users(int root_fd, struct media_list *list);

#endif
