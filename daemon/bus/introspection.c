// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/introspection.h"

#include <stdio.h>
#include <string.h>

#include "basic/text-stream.h"

#define EMITS "org.freedesktop.DBus.Property.EmitsChangedSignal"

const struct kind *const introspections[] = {
	&kind_manager, &kind_device, &kind_job,	   &kind_lease,
	&kind_node,    &kind_pool,   &kind_region, NULL,
};

/* The length of the first complete type of @signature. */
static size_t type_length(const char *signature)
{
	size_t depth = 0, n = 0;

	do {
		const char c = signature[n++];

		if (c == '(' || c == '{')
			depth++;
		else if (c == ')' || c == '}')
			depth--;
		else if (c == 'a')
			n += type_length(signature + n);
	} while (depth > 0);
	return n;
}

/* Arguments one by one: their types, and names with a NUL behind each. */
struct argument {
	const char *types, *names;
	int length; /* of the first type */
};

static bool argument_next(struct argument *argument)
{
	argument->types += argument->length;
	if (!argument->types || !*argument->types)
		return false;
	/* Of all but the first. */
	if (argument->length > 0)
		argument->names += strlen(argument->names) + 1;
	argument->length = (int)type_length(argument->types);
	return true;
}

/* Those of the answer have their names behind the others. */
static const char *names_behind(const char *types, const char *names)
{
	struct argument argument = { .types = types ?: "", .names = names };

	while (argument_next(&argument))
		names = argument.names + strlen(argument.names) + 1;
	return names;
}

static void put_arguments(FILE *f, const char *types, const char *names,
			  const char *direction)
{
	struct argument argument = { .types = types ?: "", .names = names };

	while (argument_next(&argument)) {
		fprintf(f, "   <arg type=\"%.*s\"", argument.length,
			argument.types);
		if (argument.names[0])
			fprintf(f, " name=\"%s\"", argument.names);
		if (direction)
			fprintf(f, " direction=\"%s\"", direction);
		fputs("/>\n", f);
	}
}

static void put_method(FILE *f, const sd_bus_vtable *entry)
{
	const char *names = entry->x.method.names ?: "";

	fprintf(f, "  <method name=\"%s\">\n", entry->x.method.member);
	put_arguments(f, entry->x.method.signature, names, "in");
	put_arguments(f, entry->x.method.result,
		      names_behind(entry->x.method.signature, names), "out");
	fputs("  </method>\n", f);
}

static void put_signal(FILE *f, const sd_bus_vtable *entry)
{
	fprintf(f, "  <signal name=\"%s\">\n", entry->x.signal.member);
	put_arguments(f, entry->x.signal.signature, entry->x.signal.names ?: "",
		      NULL);
	fputs("  </signal>\n", f);
}

static void put_property(FILE *f, const sd_bus_vtable *entry)
{
	const bool constant = entry->flags & SD_BUS_VTABLE_PROPERTY_CONST;

	fprintf(f,
		"  <property name=\"%s\" type=\"%s\" access=\"read\">\n"
		"   <annotation name=\"" EMITS "\" value=\"%s\"/>\n"
		"  </property>\n",
		entry->x.property.member, entry->x.property.signature,
		constant ? "const" : "true");
}

static void put_entry(FILE *f, const sd_bus_vtable *entry)
{
	switch (entry->type) {
	case _SD_BUS_VTABLE_METHOD:
		put_method(f, entry);
		break;
	case _SD_BUS_VTABLE_SIGNAL:
		put_signal(f, entry);
		break;
	case _SD_BUS_VTABLE_PROPERTY:
		put_property(f, entry);
		break;
	}
}

char *introspection_xml(const struct kind *kind)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);

	if (!f)
		return NULL;
	fprintf(f,
		"<!DOCTYPE node PUBLIC \"-//freedesktop//DTD D-BUS Object "
		"Introspection 1.0//EN\"\n \"http://www.freedesktop.org/"
		"standards/dbus/1.0/introspect.dtd\">\n<node>\n"
		" <interface name=\"%s\">\n",
		kind->interface);
	for (const sd_bus_vtable *entry = kind->vtable;
	     entry->type != _SD_BUS_VTABLE_END; entry++)
		put_entry(f, entry);
	fputs(" </interface>\n</node>\n", f);
	return text_stream_take(&stream);
}

const char *introspection_name(const sd_bus_vtable *entry)
{
	switch (entry->type) {
	case _SD_BUS_VTABLE_METHOD:
		return entry->x.method.member;
	case _SD_BUS_VTABLE_SIGNAL:
		return entry->x.signal.member;
	case _SD_BUS_VTABLE_PROPERTY:
		return entry->x.property.member;
	default:
		return NULL;
	}
}

const sd_bus_vtable *introspection_find(const struct kind *kind,
					const char *member)
{
	for (const sd_bus_vtable *entry = kind->vtable;
	     entry->type != _SD_BUS_VTABLE_END; entry++)
		if (introspection_name(entry) &&
		    strcmp(introspection_name(entry), member) == 0)
			return entry;
	return NULL;
}

/* "as devices", each behind @before and before @after. */
static void put_types(FILE *f, const char *types, const char *names,
		      const char *before, const char *after)
{
	struct argument argument = { .types = types ?: "", .names = names };

	while (argument_next(&argument))
		fprintf(f, "%s%.*s%s%s%s", before, argument.length,
			argument.types, argument.names[0] ? " " : "",
			argument.names, after);
}

static void put_heading(FILE *f, const sd_bus_vtable *entry)
{
	const bool signal = entry->type == _SD_BUS_VTABLE_SIGNAL;
	const char *types =
		signal ? entry->x.signal.signature : entry->x.method.signature;
	const char *names =
		(signal ? entry->x.signal.names : entry->x.method.names) ?: "";

	if (entry->type == _SD_BUS_VTABLE_PROPERTY) {
		fprintf(f, ".It Va %s No (%s%s)", entry->x.property.member,
			entry->x.property.signature,
			entry->flags & SD_BUS_VTABLE_PROPERTY_CONST
				? ", constant"
				: "");
		return;
	}
	fprintf(f, ".It Fn %s", introspection_name(entry));
	put_types(f, types, names, " \"", "\"");
	if (!signal && entry->x.method.result && entry->x.method.result[0]) {
		fputs(" No \\(->", f);
		put_types(f, entry->x.method.result, names_behind(types, names),
			  " ", "");
	}
}

char *introspection_heading(const sd_bus_vtable *entry)
{
	_cleanup_text_stream_ struct text_stream stream = { NULL };
	FILE *f = text_stream_open(&stream);

	if (!f)
		return NULL;
	put_heading(f, entry);
	return text_stream_take(&stream);
}
