// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/media-view.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/log.h"
#include "basic/names.h"
#include "cli/view.h"
#include "media/model/media-interface.h"

/* Where `meson install` puts it, seen from the program; in a build it is found
 * by the program's RUNPATH, which an installed one does not have. */
static const char *const files[] = {
	"$ORIGIN/../lib/daxbroker/" MEDIA_MODULE_FILE,
	MEDIA_MODULE_FILE,
};

/* It stays loaded. */
static const struct media_module *load(char **ret_why)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		void *handle = dlopen(files[i], RTLD_NOW | RTLD_LOCAL);
		const char *why = handle ? NULL : dlerror();

		if (handle)
			return dlsym(handle, MEDIA_MODULE_SYMBOL);
		/* That a library of it is missing says more than that it is
		 * not at the next place. */
		if (!*ret_why || strstr(*ret_why, MEDIA_MODULE_FILE)) {
			free(*ret_why);
			*ret_why = strdup(why ? why : "");
		}
	}
	return NULL;
}

static void warn(const struct media_view *view, const char *what,
		 const char *why)
{
	if (!view->arguments->quiet)
		log_warning("%s not shown: %s", what, why);
}

static void warn_missing(const struct media_view *view)
{
	if (view->list->nvdimm_error < 0)
		warn(view, "some nvdimm namespaces are",
		     strerror(-view->list->nvdimm_error));
	if (view->list->cxl_error < 0)
		warn(view, "some CXL memory is",
		     strerror(-view->list->cxl_error));
}

static int read_list(struct media_view *view)
{
	int r = view->module->read(view->root_fd, view->content, &view->list);

	if (r == 0)
		warn_missing(view);
	else if (r == -EXDEV)
		warn(view, "namespaces and CXL memory are",
		     "--root is not the running system");
	return r == -EXDEV ? 0 : r;
}

static int fill(struct media_view *view)
{
	_cleanup_free_ char *why = NULL;
	int r = 0;

	view->module = load(&why);
	if (view->module)
		r = read_list(view);
	else
		warn(view, "namespaces and CXL memory are",
		     why ? why : "there is no " MEDIA_MODULE_FILE);
	if (r == 0 && !view->list)
		view->list = calloc(1, sizeof(*view->list));
	return r == 0 && !view->list ? -ENOMEM : r;
}

enum exit_code media_view_open(const struct arguments *arguments, bool content,
			       struct media_view *ret)
{
	_cleanup_media_view_ struct media_view view = {
		.arguments = arguments,
		.content = content,
		.root_fd = view_open_root(arguments),
	};
	int r;

	if (view.root_fd < 0)
		return EXIT_ERROR;
	r = fill(&view);
	if (r < 0) {
		log_error("namespaces and CXL memory cannot be read: %s",
			  strerror(-r));
		return EXIT_ERROR;
	}
	*ret = view;
	view = (struct media_view){ .root_fd = -1 };
	return EXIT_OK;
}

void media_view_close(struct media_view *view)
{
	if (view->list)
		media_list_free(view->list);
	cleanup_close(&view->root_fd);
}

const struct media *media_view_add_device(struct media_view *view,
					  const struct survey *survey,
					  const struct facts_device *device)
{
	struct media *media;

	if (!view->module)
		return NULL;
	media = media_list_add(view->list, MEDIA_DEVICE, device->name);
	if (!media)
		return NULL;
	view->module->users(view->root_fd, device->name, media);
	/* What the program does not know by itself, libblkid may know. */
	if (view->content && device->content == CONTENT_OTHER)
		media->content_error =
			view->module->content(view->root_fd, survey->snapshot,
					      device, &media->content);
	return media;
}

bool media_view_is_name(const char *word)
{
	static const char *const prefixes[] = { "namespace", "mem", "decoder",
						"pmem" };
	const char *name = verb_device_name(word);

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		const size_t n = strlen(prefixes[i]);

		if (strncmp(name, prefixes[i], n) == 0 && name[n] >= '0' &&
		    name[n] <= '9')
			return true;
	}
	return false;
}
