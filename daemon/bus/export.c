// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/bus/export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/array.h"
#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/text.h"
#include "daemon/bus/property.h"

static void exported_free(struct exported *object)
{
	if (object->export->copied > 0)
		free((void *)object->item);
	free(object->path);
	free(object->hashes);
	free(object);
}

DEFINE_CLEANUP(struct exported *, exported_free)

static void free_all(struct exported **objects, size_t n)
{
	for (size_t i = 0; i < n; i++)
		exported_free(objects[i]);
	free(objects);
}

void export_clear(struct export *export)
{
	free_all(export->objects, export->n);
	free_all(export->next, export->n_next);
	export->objects = export->next = NULL;
	export->n = export->n_next = 0;
}

static size_t n_entries(const struct kind *kind)
{
	size_t n = 0;

	while (kind->vtable[n].type != _SD_BUS_VTABLE_END)
		n++;
	return n;
}

static void *copy_of(const void *item, size_t size)
{
	void *copy = malloc(size);

	return copy ? memcpy(copy, item, size) : NULL;
}

static struct exported *exported_new(const struct export *export,
				     const char *id, const void *item)
{
	_cleanup_(cleanup_exported_free) struct exported *object =
		calloc(1, sizeof(*object));

	if (!object)
		return NULL;
	object->export = export;
	object->item = export->copied ? copy_of(item, export->copied) : item;
	object->fresh = true;
	object->path = property_path(export->kind->name, id);
	object->hashes = calloc(n_entries(export->kind), sizeof(uint64_t));
	return object->item && object->path && object->hashes ? TAKE_PTR(object)
							      : NULL;
}

static int compare_paths(const void *a, const void *b)
{
	const struct exported *x = *(struct exported *const *)a;
	const struct exported *y = *(struct exported *const *)b;

	return strcmp(x->path, y->path);
}

static int compare_path(const void *key, const void *item)
{
	return strcmp(key, (*(struct exported *const *)item)->path);
}

static struct exported **find(const struct export *export, const char *path)
{
	if (export->n == 0)
		return NULL;
	return bsearch(path, export->objects, export->n,
		       sizeof(struct exported *), compare_path);
}

const struct exported *export_find(const struct export *export,
				   const char *path)
{
	struct exported **found = find(export, path);

	return found ? *found : NULL;
}

/* Signals would be kept while the bus is not there yet. */
sd_bus *export_connection(const struct export *export)
{
	sd_bus *connection = export->connection;

	return connection && sd_bus_is_ready(connection) > 0 ? connection
							     : NULL;
}

/* Also of an object that is new. */
static void signal_object(struct exported *object)
{
	const struct export *export = object->export;
	const size_t n = n_entries(export->kind);
	sd_bus *connection = export_connection(export);
	uint64_t now[PROPERTY_MAX];
	char *changed[PROPERTY_MAX + 1];
	size_t n_changed = 0;

	property_hash(export->kind, object->item, now);
	for (size_t i = 0; i < n; i++)
		if (now[i] != object->hashes[i])
			changed[n_changed++] = (char *)export->kind->vtable[i]
						       .x.property.member;
	changed[n_changed] = NULL;
	memcpy(object->hashes, now, n * sizeof(*now));
	if (connection && object->fresh)
		sd_bus_emit_object_added(connection, object->path);
	else if (connection && n_changed > 0)
		sd_bus_emit_properties_changed_strv(connection, object->path,
						    export->kind->interface,
						    changed);
	object->fresh = object->touched = false;
}

/* While it is still found. */
static void signal_end(const struct exported *object)
{
	sd_bus *connection = export_connection(object->export);

	if (connection && !object->fresh)
		sd_bus_emit_object_removed(connection, object->path);
}

void export_begin(struct export *export)
{
	export->error = 0;
}

void export_put(struct export *export, const char *id, const void *item)
{
	struct exported *object = exported_new(export, id, item);

	if (!object || ARRAY_GROW(export->next, export->n_next) < 0) {
		export->error = -ENOMEM;
		if (object)
			exported_free(object);
		return;
	}
	export->next[export->n_next++] = object;
}

/* Of those with one path the first stays: qsort(3) may have changed their
 * order, so any. */
static void drop_doubles(struct export *export)
{
	struct exported **next = export->next;
	size_t kept = 0;

	for (size_t i = 0; i < export->n_next; i++) {
		if (kept > 0 &&
		    strcmp(next[kept - 1]->path, next[i]->path) == 0)
			exported_free(next[i]);
		else
			next[kept++] = next[i];
	}
	export->n_next = kept;
}

/* Those that were there go on with what was signalled of them; those that are
 * not any more are gone. */
static void take_over(struct export *export)
{
	size_t old = 0;

	for (size_t i = 0; i < export->n_next; i++) {
		struct exported *object = export->next[i];
		int order = -1;

		while (old < export->n &&
		       (order = strcmp(export->objects[old]->path,
				       object->path)) < 0)
			signal_end(export->objects[old++]);
		if (old == export->n || order != 0)
			continue;
		memcpy(object->hashes, export->objects[old]->hashes,
		       n_entries(export->kind) * sizeof(uint64_t));
		object->fresh = export->objects[old++]->fresh;
	}
	while (old < export->n)
		signal_end(export->objects[old++]);
}

void export_end(struct export *export)
{
	if (export->error) {
		free_all(export->next, export->n_next);
		export->next = NULL;
		export->n_next = 0;
		return;
	}
	if (export->n_next > 0)
		qsort(export->next, export->n_next, sizeof(struct exported *),
		      compare_paths);
	drop_doubles(export);
	take_over(export);
	free_all(export->objects, export->n);
	export->objects = TAKE_PTR(export->next);
	export->n = export->n_next;
	export->n_next = 0;
	for (size_t i = 0; i < export->n; i++)
		signal_object(export->objects[i]);
}

void export_add(struct export *export, const char *id, const void *item)
{
	_cleanup_(cleanup_exported_free) struct exported *object =
		exported_new(export, id, item);
	struct exported **objects;
	size_t at = 0;

	if (!object || find(export, object->path) ||
	    ARRAY_GROW(export->objects, export->n) < 0)
		return;
	objects = export->objects;
	for (at = export->n; at > 0; at--) {
		if (strcmp(objects[at - 1]->path, object->path) < 0)
			break;
		objects[at] = objects[at - 1];
	}
	export->n++;
	objects[at] = TAKE_PTR(object);
	signal_object(objects[at]);
}

static struct exported **find_id(const struct export *export, const char *id)
{
	_cleanup_free_ char *path = property_path(export->kind->name, id);

	return path ? find(export, path) : NULL;
}

void export_update(struct export *export, const char *id)
{
	struct exported **found = find_id(export, id);

	if (found)
		signal_object(*found);
}

void export_touch(struct export *export, const char *id)
{
	struct exported **found = find_id(export, id);

	if (found)
		(*found)->touched = true;
}

void export_flush(struct export *export)
{
	for (size_t i = 0; i < export->n; i++)
		if (export->objects[i]->touched)
			signal_object(export->objects[i]);
}

void export_replace(struct export *export, const char *id, const void *item)
{
	struct exported **found = find_id(export, id);

	if (!found)
		return;
	if (export->copied > 0)
		memcpy((void *)(*found)->item, item, export->copied);
	else
		(*found)->item = item;
	signal_object(*found);
}

void export_remove(struct export *export, const char *id)
{
	struct exported **found = find_id(export, id);

	if (!found)
		return;
	signal_end(*found);
	exported_free(*found);
	export->n--;
	memmove(found, found + 1,
		(size_t)(&export->objects[export->n] - found) * sizeof(*found));
}

static int on_find(sd_bus *bus _unused_, const char *path,
		   const char *interface _unused_, void *userdata,
		   void **ret_found, sd_bus_error *error _unused_)
{
	struct exported **found = find(userdata, path);

	if (!found)
		return 0;
	*ret_found = *found;
	return 1;
}

static void free_paths(char **paths)
{
	for (size_t i = 0; paths[i]; i++)
		free(paths[i]);
	free(paths);
}

DEFINE_CLEANUP(char **, free_paths)

static int on_enumerate(sd_bus *bus _unused_, const char *prefix _unused_,
			void *userdata, char ***ret_nodes,
			sd_bus_error *error _unused_)
{
	const struct export *export = userdata;
	_cleanup_(cleanup_free_paths) char **paths =
		calloc(export->n + 1, sizeof(char *));

	if (!paths)
		return -ENOMEM;
	for (size_t i = 0; i < export->n; i++) {
		paths[i] = strdup(export->objects[i]->path);
		if (!paths[i])
			return -ENOMEM;
	}
	*ret_nodes = TAKE_PTR(paths);
	return 1;
}

int export_connect(struct export *export, sd_bus *connection)
{
	const struct kind *kind = export->kind;
	_cleanup_free_ char *prefix = text_format(BUS_PATH "/%s", kind->name);
	int r;

	if (!prefix)
		return -ENOMEM;
	r = sd_bus_add_fallback_vtable(connection, NULL, prefix,
				       kind->interface, kind->vtable, on_find,
				       export);
	if (r >= 0)
		r = sd_bus_add_node_enumerator(connection, NULL, prefix,
					       on_enumerate, export);
	if (r < 0)
		return r;
	export->connection = connection;
	return 0;
}

void export_disconnect(struct export *export)
{
	export->connection = NULL;
}
