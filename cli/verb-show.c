// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything about a device, or a namespace or CXL memory. It is put together
 * once, as JSON with the keys of facts files; the text form prints that
 * object's keys and values.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "cli/device-object.h"
#include "cli/device-page.h"
#include "cli/device-text.h"
#include "cli/fleet.h"
#include "cli/grant-text.h"
#include "cli/media-object.h"
#include "cli/media-page.h"
#include "cli/media-view.h"
#include "cli/object.h"

static void add_decision(json_object *object, const struct plan_item *item)
{
	const struct policy_decision *decision = item->decision;

	object_add_string(object, "wanted_mode",
			  policy_mode_name(decision->use.mode));
	object_add_string(object, "wanted_zone",
			  policy_zone_name(decision->use.zone));
	object_add_string(object, "slice",
			  decision->slice ? decision->slice->name : NULL);
	object_add_string(object, "node_name",
			  policy_use_name(decision->use.node_name));
	object_add_string(object, "policy", decision->file);
	object_add_string(object, "state", device_text_state(item));
	object_add_string(object, "reason", item->plan->reason);
}

static json_object *everything(const struct view *view,
			       const struct plan_item *item)
{
	json_object *object =
		device_object_new(view->survey->snapshot, item->device);

	add_decision(object, item);
	object_add_string(object, "pool",
			  grant_text_pool(&view->policies->grants, item));
	object_add_string(object, "lease_state",
			  grant_text_state(&view->policies->grants, item));
	object_add(object, "lease",
		   grant_text_object(&view->policies->grants, item));
	if (view->host)
		object_add_string(object, "host", view->host);
	return object;
}

/* What is shown of one machine after the other. */
struct pages {
	const struct arguments *arguments;
	json_object *array;		       /* NULL: they are printed */
	json_object *media[MEDIA_DECODER + 1]; /* the same, by their kind */
	size_t n_printed;
	enum exit_code status;
};

static void show_item(struct pages *pages, const struct view *view,
		      const struct plan_item *item)
{
	json_object *object = everything(view, item);

	if (pages->array) {
		json_object_array_add(pages->array, object);
		return;
	}
	if (pages->n_printed++)
		putchar('\n');
	device_page_print(item, object, pages->arguments->bytes);
	json_object_put(object);
}

static void show_view(const struct view *view, void *data)
{
	struct pages *pages = data;

	if (!view->host)
		pages->status = view_load_users(pages->arguments, view);
	if (!view->host && pages->status == EXIT_OK)
		pages->status = view_load_content(pages->arguments, view);
	for (size_t i = 0; pages->status == EXIT_OK && i < view->n_items; i++)
		show_item(pages, view, view->items[i]);
}

/* What the command line names: devices, and what is none. */
struct words {
	struct arguments devices;
	char **media; /* NULL-terminated */
	size_t n_media;
};

/* Returns 0 or -ENOMEM. */
static int sort_words(const struct arguments *arguments, struct words *ret)
{
	char **words = calloc(2 * arguments->n_words + 2, sizeof(char *));

	if (!words)
		return -ENOMEM;
	*ret = (struct words){ .devices = *arguments,
			       .media = words + arguments->n_words + 1 };
	ret->devices.words = words;
	ret->devices.n_words = 0;
	for (size_t i = 0; i < arguments->n_words; i++) {
		char *word = arguments->words[i];

		if (!arguments->facts && media_view_is_name(word))
			ret->media[ret->n_media++] = word;
		else
			words[ret->devices.n_words++] = word;
	}
	return 0;
}

static void words_done(struct words *words)
{
	free(words->devices.words);
}

static void show_media(struct pages *pages, const struct media *media)
{
	if (pages->arguments->json) {
		json_object_array_add(pages->media[media->kind],
				      media_object_new(media));
		return;
	}
	if (pages->n_printed++)
		putchar('\n');
	media_page_print(media, pages->arguments->bytes);
}

static enum exit_code show_words(struct pages *pages, char **words)
{
	_cleanup_media_view_ struct media_view view = { .root_fd = -1 };
	enum exit_code status = media_view_open(pages->arguments, true, &view);

	for (; *words && status == EXIT_OK; words++) {
		const struct media *media =
			media_list_find(view.list, verb_device_name(*words));

		if (media) {
			show_media(pages, media);
			continue;
		}
		log_error("no %s; \"daxbroker list --all\" shows what there "
			  "is",
			  *words);
		status = EXIT_NOT_FOUND;
	}
	return status;
}

static enum exit_code show_devices(const struct arguments *arguments,
				   struct pages *pages)
{
	enum exit_code status = fleet_each(arguments, show_view, pages);

	/* The policies' faults are among what is shown. */
	if (status == EXIT_POLICY)
		status = EXIT_OK;
	return worse(status, pages->status);
}

static enum exit_code show(struct pages *pages)
{
	enum exit_code status = EXIT_OK;
	struct words words;

	if (sort_words(pages->arguments, &words) < 0) {
		log_error("%s", strerror(ENOMEM));
		return EXIT_ERROR;
	}
	if (words.n_media > 0)
		status = show_words(pages, words.media);
	if (status == EXIT_OK &&
	    (words.devices.n_words > 0 || words.n_media == 0))
		status = show_devices(&words.devices, pages);
	words_done(&words);
	return status;
}

enum exit_code verb_show(const struct arguments *arguments)
{
	struct pages pages = { .arguments = arguments };
	enum exit_code status;
	json_object *top;

	if (!arguments->json)
		return show(&pages);
	top = json_object_new_object();
	pages.array = json_object_new_array();
	object_add(top, "devices", pages.array);
	for (enum media_kind kind = MEDIA_NAMESPACE; kind <= MEDIA_DECODER;
	     kind++) {
		pages.media[kind] = json_object_new_array();
		object_add(top, media_object_array_name(kind),
			   pages.media[kind]);
	}
	status = show(&pages);
	if (status == EXIT_OK)
		object_print(top);
	else
		json_object_put(top);
	return status;
}
