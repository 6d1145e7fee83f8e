/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEDIA_NAMESPACES_H
#define MEDIA_NAMESPACES_H

#include "media/model/media.h"

/* Adds the nvdimm namespaces of the running system that have a size, by
 * libndctl. Without a mode they are left out: such have no driver yet. Returns
 * 0 or a negative errno, -EIO: some may be missing. */
int namespaces_read(struct media_list *list);

#endif
