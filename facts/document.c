// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/document.h"

#include <errno.h>
#include <stdarg.h>

#include "basic/text.h"

int document_wrong(struct document *document, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	document->message = text_vformat(format, ap);
	va_end(ap);
	return document->message ? -EINVAL : -ENOMEM;
}

int document_fields(struct document *document, json_object *object,
		    const char *what, const struct field *fields, void *base)
{
	const char *key = NULL;
	int r;

	if (!json_object_is_type(object, json_type_object))
		return document_wrong(document, "\"%s\" is no object", what);
	r = fields_read(object, fields, base, &key);
	if (r == -EINVAL)
		return document_wrong(document,
				      "\"%s\" of \"%s\" is not of the form "
				      "that it must have",
				      key, what);
	return r;
}

int document_member(struct document *document, json_object *object,
		    const char *key, const struct field *fields, void *base)
{
	json_object *member;

	if (!json_object_object_get_ex(object, key, &member) || !member)
		return 0;
	return document_fields(document, member, key, fields, base);
}

int document_each(struct document *document, json_object *object,
		  const char *key,
		  int (*read)(struct document *document, json_object *item,
			      void *data),
		  void *data)
{
	json_object *array;
	int r = 0;

	if (!json_object_object_get_ex(object, key, &array) || !array)
		return 0;
	if (!json_object_is_type(array, json_type_array))
		return document_wrong(document, "\"%s\" is no list", key);
	for (size_t i = 0; i < json_object_array_length(array) && r == 0; i++)
		r = read(document, json_object_array_get_idx(array, i), data);
	return r;
}
