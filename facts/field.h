/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_FIELD_H
#define FACTS_FIELD_H

#include <json.h>
#include <stddef.h>

#include "facts/model/model.h"

/*
 * A member of a struct as it stands in JSON under @key: in facts documents and
 * in what `daxbroker show` prints. So a fact has one name. Raise the version
 * when a key changes its meaning; new keys do not change it.
 */
#define FACTS_DOCUMENT_VERSION 1

enum field_kind {
	FIELD_STRING,	/* char *, null for NULL */
	FIELD_NAME,	/* char * that must be there */
	FIELD_WORD,	/* an enum, by the word of its value; must be there */
	FIELD_BOOL,	/* bool */
	FIELD_U64,	/* uint64_t */
	FIELD_POSITIVE, /* uint64_t, null for 0: not known */
	FIELD_INT,	/* int */
	FIELD_NATURAL,	/* int, null for a negative one: none or not known */
	FIELD_UINT,	/* unsigned int */
};

struct field {
	const char *key; /* NULL: the last */
	enum field_kind kind;
	size_t offset;
	const char *old_key; /* read where there is no @key; or NULL */
	const char *(*word)(int value); /* of FIELD_WORD */
	int n_words;
	bool optional; /* FIELD_WORD: it need not be there */
};

#define FIELD(type, kind_, member)                \
	{                                         \
		.key = #member, .kind = kind_,    \
		.offset = offsetof(type, member), \
	}

/* Memory blocks of one kind, one behind the other. */
struct block_run {
	uint64_t first; /* the id of the first */
	uint64_t count;
	enum facts_block_state state;
	enum facts_zone zone;
	int node;
};

extern const struct field host_fields[];
extern const struct field kernel_fields[];
extern const struct field memory_fields[];
extern const struct field performance_fields[];
extern const struct field node_fields[];
extern const struct field region_fields[];
extern const struct field device_fields[];
extern const struct field users_fields[];
extern const struct field holder_fields[];
extern const struct field block_run_fields[];

/* Adds the members of @base to @object. Returns 0 or -ENOMEM. */
int fields_write(json_object *object, const struct field *fields,
		 const void *base);

/* Sets the members of @base that @object has; others stay. Returns 0; -EINVAL
 * and in *ret_key the key whose value is of the wrong form; or -ENOMEM. */
int fields_read(json_object *object, const struct field *fields, void *base,
		const char **ret_key);

#endif
