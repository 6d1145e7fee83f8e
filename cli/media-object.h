/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_MEDIA_OBJECT_H
#define CLI_MEDIA_OBJECT_H

#include <json.h>

#include "media/model/media.h"

/*
 * A namespace with the members that ndctl-list(1) has for it, a memory device
 * or decoder with those of cxl-list(1), and with "content", "content_error" and
 * "used_by". What there is not, or is unknown, is null.
 */
json_object *media_object_new(const struct media *media);

/* "namespaces", "memdevs" or "decoders". */
const char *media_object_array_name(enum media_kind kind);

/* Adds the arrays "namespaces", "memdevs" and "decoders" to @object, each of
 * objects as above. */
void media_object_add(json_object *object, const struct media_list *list);

#endif
