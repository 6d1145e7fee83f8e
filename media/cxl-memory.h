/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEDIA_CXL_MEMORY_H
#define MEDIA_CXL_MEMORY_H

#include "media/model/media.h"

/* Adds the CXL memory devices and root decoders of the running system, by
 * libcxl. Returns 0 or a negative errno, -EIO: some may be missing. */
int cxl_memory_read(struct media_list *list);

#endif
