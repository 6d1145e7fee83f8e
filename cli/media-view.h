/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_MEDIA_VIEW_H
#define CLI_MEDIA_VIEW_H

#include "cli/verb.h"
#include "media/model/media.h"
#include "survey/survey.h"

struct media_module;

/*
 * Namespaces and CXL memory of the running system, of a module that need not be
 * there (media/model/media-interface.h). What cannot be shown is missing, and
 * standard error says so, unless @arguments->quiet.
 */
struct media_view {
	const struct arguments *arguments;
	const struct media_module *module; /* NULL: there is none */
	int root_fd;
	bool content;		 /* what they hold is read */
	struct media_list *list; /* never NULL */
};

/* Returns EXIT_OK, also where nothing can be shown; or the status to exit with
 * after saying why. */
enum exit_code media_view_open(const struct arguments *arguments, bool content,
			       struct media_view *ret);
void media_view_close(struct media_view *view);
#define _cleanup_media_view_ _cleanup_(media_view_close)

/* What a dax device of @survey holds and who mounts it: a MEDIA_DEVICE, which
 * stays until the list grows again; NULL: nothing is known. */
const struct media *media_view_add_device(struct media_view *view,
					  const struct survey *survey,
					  const struct facts_device *device);

/* @word is a name of what such a view has, and not of a dax device. */
bool media_view_is_name(const char *word);

#endif
