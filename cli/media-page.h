/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_MEDIA_PAGE_H
#define CLI_MEDIA_PAGE_H

#include <json.h>
#include <stdbool.h>

#include "media/model/media.h"

/* Everything about a namespace, memory device or decoder for a person: what it
 * is in a line, then its members as in JSON. @bytes: sizes as numbers. */
void media_page_print(const struct media *media, bool bytes);

#endif
