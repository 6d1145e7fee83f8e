/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_MEDIA_TEXT_H
#define CLI_MEDIA_TEXT_H

#include "media/model/media.h"

/* Namespaces and CXL memory, where devices are listed. */

/* What stands for it in the column of this name of `daxbroker list`, to be
 * freed; NULL: nothing. @bytes: sizes as numbers. */
char *media_text_column(const struct media *media, const char *column,
			bool bytes);

/* "mount /srv (ext4, dax=always)", "swap", "dm dm-0 (vg-data)": to be freed;
 * NULL: out of memory. */
char *media_text_use(const struct media_use *use);

/* All of them, separated by commas; NULL: there are none. */
char *media_text_uses(const struct media *media);

#endif
