// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/media-page.h"

#include <stdio.h>

#include "cli/device-page.h"
#include "cli/media-object.h"
#include "cli/media-text.h"
#include "cli/object.h"
#include "cli/terminal.h"

/* As sentences, in place of objects. */
static json_object *use_array(const struct media *media)
{
	json_object *array = json_object_new_array();

	for (size_t i = 0; i < media->n_uses; i++) {
		_cleanup_free_ char *use = media_text_use(&media->uses[i]);

		json_object_array_add(array,
				      json_object_new_string(use ? use : "?"));
	}
	return array;
}

static void print_head(const struct media *media)
{
	_cleanup_free_ char *mode = media_text_column(media, "MODE", false);

	printf("%s%s%s: %s%s\n", terminal_start(TERMINAL_BOLD), media->name,
	       terminal_end(), mode ? mode : "?",
	       media->disabled ? ", disabled" : "");
}

void media_page_print(const struct media *media, bool bytes)
{
	json_object *object = media_object_new(media);

	object_add(object, "used_by", use_array(media));
	print_head(media);
	device_page_print_members(object, bytes);
	json_object_put(object);
}
