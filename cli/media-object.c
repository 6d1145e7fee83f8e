// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/media-object.h"

#include <string.h>

#include "cli/object.h"

static json_object *use_object(const struct media_use *use)
{
	json_object *object = json_object_new_object();

	object_add_string(object, "kind", media_use_name(use->kind));
	object_add_string(object, "name", use->name);
	object_add_string(object, "type", use->type);
	object_add_string(object, "dax", media_dax_name(use->dax));
	return object;
}

static void add_uses(json_object *object, const struct media *media)
{
	json_object *uses = json_object_new_array();

	for (size_t i = 0; i < media->n_uses; i++)
		json_object_array_add(uses, use_object(&media->uses[i]));
	object_add(object, "used_by", uses);
}

static void add_state(json_object *object, const struct media *media)
{
	object_add_string(object, "state", media->disabled ? "disabled" : NULL);
}

static void add_namespace(json_object *object, const struct media *media)
{
	object_add_string(object, "dev", media->name);
	object_add_string(object, "mode", media->mode);
	object_add_string(object, "map", media->map);
	object_add_known(object, "size", media->size);
	object_add_string(object, "uuid", media->uuid);
	object_add_known(object, "sector_size", media->sector_size);
	object_add_known(object, "align", media->align);
	object_add_string(object, "blockdev", media->blockdev);
	object_add_string(object, "chardev", media->chardev);
	object_add_string(object, "name", media->label);
	object_add_number(object, "numa_node", media->numa_node);
	object_add_number(object, "target_node", media->target_node);
	add_state(object, media);
	object_add_string(object, "content", media->content);
	object_add_string(object, "content_error",
			  media->content_error < 0
				  ? strerror(-media->content_error)
				  : NULL);
}

static void add_memdev(json_object *object, const struct media *media)
{
	object_add_string(object, "memdev", media->name);
	object_add_known(object, "pmem_size", media->pmem_size);
	object_add_known(object, "ram_size", media->ram_size);
	object_add_known(object, "serial", media->serial);
	object_add_number(object, "numa_node", media->numa_node);
	object_add_string(object, "host", media->host);
	add_state(object, media);
}

static void add_decoder(json_object *object, const struct media *media)
{
	object_add_string(object, "decoder", media->name);
	object_add_known(object, "resource", media->resource);
	object_add_known(object, "size", media->size);
	object_add_known(object, "max_available_extent", media->free);
	object_add_bool(object, "pmem_capable", media->pmem_capable);
	object_add_bool(object, "volatile_capable", media->volatile_capable);
}

static void (*const adders[])(json_object *object,
			      const struct media *media) = {
	[MEDIA_NAMESPACE] = add_namespace,
	[MEDIA_MEMDEV] = add_memdev,
	[MEDIA_DECODER] = add_decoder,
};

static const char *const array_names[] = {
	[MEDIA_NAMESPACE] = "namespaces",
	[MEDIA_MEMDEV] = "memdevs",
	[MEDIA_DECODER] = "decoders",
};

json_object *media_object_new(const struct media *media)
{
	json_object *object = json_object_new_object();

	adders[media->kind](object, media);
	add_uses(object, media);
	return object;
}

const char *media_object_array_name(enum media_kind kind)
{
	return array_names[kind];
}

void media_object_add(json_object *object, const struct media_list *list)
{
	for (enum media_kind kind = MEDIA_NAMESPACE; kind <= MEDIA_DECODER;
	     kind++) {
		json_object *array = json_object_new_array();

		for (size_t i = 0; i < list->n_items; i++)
			if (list->items[i].kind == kind)
				json_object_array_add(
					array,
					media_object_new(&list->items[i]));
		object_add(object, array_names[kind], array);
	}
}
