/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_DOCUMENT_H
#define FACTS_DOCUMENT_H

#include <json.h>

#include "basic/cleanup.h"
#include "facts/field.h"

/*
 * A facts document while it is read. All return 0; -EINVAL with what is wrong
 * in @message; or -ENOMEM.
 */
struct document {
	struct facts_snapshot *snapshot;
	char *message; /* to be freed */
};

/* Sets @message. Returns -EINVAL, or -ENOMEM. */
int document_wrong(struct document *document, const char *format, ...)
	_printf_(2, 3);

/* The members of @object, which is the document's @what, into @base. */
int document_fields(struct document *document, json_object *object,
		    const char *what, const struct field *fields, void *base);

/* The members of the object @key of @object, which may be missing or null. */
int document_member(struct document *document, json_object *object,
		    const char *key, const struct field *fields, void *base);

/* Calls @read for each item of the list @key of @object, which may be missing
 * or null, until it fails. */
int document_each(struct document *document, json_object *object,
		  const char *key,
		  int (*read)(struct document *document, json_object *item,
			      void *data),
		  void *data);

#endif
