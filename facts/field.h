/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_FIELD_H
#define FACTS_FIELD_H

#include <json.h>
#include <stddef.h>

/* Of the document as a whole: what a later one of another form would raise. */
#define FACTS_DOCUMENT_VERSION 1

/* A member of a struct that stands in a facts document under @key. */
enum field_kind {
	FIELD_STRING, /* char *, null for NULL */
	FIELD_NAME,   /* char * that must be there */
	FIELD_BOOL,
	FIELD_U64,
	FIELD_INT,
	FIELD_UINT,
};

struct field {
	const char *key; /* NULL: the last */
	enum field_kind kind;
	size_t offset;
};

#define FIELD(type, kind_, member)                \
	{                                         \
		.key = #member, .kind = kind_,    \
		.offset = offsetof(type, member), \
	}

extern const struct field host_fields[];
extern const struct field kernel_fields[];
extern const struct field memory_fields[];
extern const struct field performance_fields[];
extern const struct field node_fields[];
extern const struct field region_fields[];
extern const struct field device_fields[];
extern const struct field users_fields[];
extern const struct field holder_fields[];

/* Adds the members of @base to @object. Returns 0 or -ENOMEM. */
int fields_write(json_object *object, const struct field *fields,
		 const void *base);

/* Sets the members of @base that @object has; others stay. Returns 0; -EINVAL
 * and in *ret_key the key whose value is of the wrong form; or -ENOMEM. */
int fields_read(json_object *object, const struct field *fields, void *base,
		const char **ret_key);

#endif
