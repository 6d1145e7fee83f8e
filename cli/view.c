// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/view.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "basic/clock.h"
#include "basic/log.h"
#include "basic/names.h"
#include "basic/open-below.h"
#include "basic/text.h"
#include "facts/content-load.h"
#include "facts/holders.h"
#include "policy/set-load.h"

/* Whose policy files are trusted: root's; in a recorded tree those of its
 * owner.
 */
static unsigned int trusted_uid(int root_fd, const char *root)
{
	struct stat st;

	if (strcmp(root, "/") == 0 || fstat(root_fd, &st) < 0)
		return 0;
	return st.st_uid;
}

static int open_directory(const char *path)
{
	int fd = open(path, O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		log_error("%s: %s", path, strerror(errno));
	return fd;
}

int view_open_root(const struct arguments *arguments)
{
	return open_directory(arguments->root);
}

/* "DIR/" is what the names of its files begin with. */
static char *prefix_of(const char *directory)
{
	return text_format("%s%s", directory,
			   text_ends_with(directory, "/") ? "" : "/");
}

int view_open_policies(const struct arguments *arguments, size_t *ret_prefix)
{
	_cleanup_free_ char *prefix = NULL;

	*ret_prefix = 1;
	if (!arguments->policies)
		return view_open_root(arguments);
	prefix = prefix_of(arguments->policies);
	if (!prefix)
		return -1;
	*ret_prefix = strlen(prefix);
	return open_directory(arguments->policies);
}

/* The files are in the directory itself, not where they are installed. */
static bool is_flat(int fd)
{
	static const char *const directories[] = {
		POLICY_DIR_ETC,
		POLICY_DIR_RUN,
		POLICY_DIR_USR,
	};

	for (size_t i = 0; i < ARRAY_SIZE(directories); i++) {
		_cleanup_close_ int below =
			open_below(fd, directories[i], O_PATH);

		if (below >= 0)
			return false;
	}
	return true;
}

unsigned int view_trusted_uid(const struct arguments *arguments, int root_fd)
{
	return trusted_uid(root_fd, arguments->root);
}

static enum exit_code load(const struct policy_search *search,
			   struct policy_set **ret)
{
	int r = policy_set_load_from(search, ret);

	if (r == 0) {
		policy_overrides_expire(&(*ret)->overrides, clock_usec());
		return EXIT_OK;
	}
	log_error("the policy files cannot be read: %s", strerror(-r));
	return EXIT_ERROR;
}

static enum exit_code load_candidate(const char *directory,
				     const struct policy_search *machine,
				     struct policy_set **ret)
{
	_cleanup_close_ int fd = open_directory(directory);
	_cleanup_free_ char *prefix = prefix_of(directory);
	struct policy_search search = { .root_fd = fd,
					.draft = machine->draft,
					.machine = machine };

	if (fd < 0 || !prefix)
		return EXIT_ERROR;
	search.prefix = prefix;
	search.trusted_uid = trusted_uid(fd, directory);
	search.flat = is_flat(fd);
	return load(&search, ret);
}

enum exit_code view_load_draft(const struct arguments *arguments,
			       const struct policy_draft *draft,
			       struct policy_set **ret)
{
	_cleanup_close_ int fd = -1;
	struct policy_search search = { .draft = draft };

	fd = view_open_root(arguments);
	if (fd < 0)
		return EXIT_ERROR;
	search.root_fd = fd;
	search.trusted_uid = trusted_uid(fd, arguments->root);
	return arguments->policies
		       ? load_candidate(arguments->policies, &search, ret)
		       : load(&search, ret);
}

enum exit_code view_load_policies(const struct arguments *arguments,
				  struct policy_set **ret)
{
	return view_load_draft(arguments, NULL, ret);
}

static int select_items(const struct arguments *arguments, struct view *view)
{
	size_t n =
		arguments->n_words ? arguments->n_words : view->survey->n_items;

	view->items = calloc(n + 1, sizeof(struct plan_item *));
	if (!view->items)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const char *name =
			arguments->n_words
				? verb_device_name(arguments->words[i])
				: NULL;

		view->items[i] = name ? survey_find(view->survey, name)
				      : &view->survey->items[i];
		if (!view->items[i]) {
			log_error("no device %s; \"daxbroker list\" shows "
				  "those there are",
				  name);
			return -ENODEV;
		}
	}
	view->n_items = n;
	return 0;
}

void view_warn_partial(const struct facts_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->n_devices; i++) {
		if (snapshot->devices[i].ranges_known)
			continue;
		log_warning("physical ranges, and what follows from them, are "
			    "readable for root only");
		return;
	}
}

static void remark(const struct arguments *arguments, const struct view *view)
{
	const struct facts_snapshot *snapshot = view->survey->snapshot;

	if (arguments->quiet)
		return;
	if (snapshot->n_devices == 0)
		log_warning("no device-DAX regions on this machine%s",
			    snapshot->kernel.has_dax_bus
				    ? " (is dax_hmem, dax_pmem or dax_cxl "
				      "loaded?)"
				    : " (the kernel has no dax bus)");
	else
		view_warn_partial(snapshot);
}

enum exit_code view_take_with(const struct arguments *arguments,
			      const struct policy_set *policies,
			      struct view *ret)
{
	_cleanup_view_ struct view view = { .policies = policies };
	_cleanup_close_ int root_fd = view_open_root(arguments);
	int r;

	if (root_fd < 0)
		return EXIT_ERROR;
	r = survey_take_with(root_fd, policies, NULL, NULL, &view.survey);
	if (r == -ENOENT) {
		log_error("%s holds no sysfs: there is no sys/devices/system "
			  "below it",
			  arguments->root);
		return EXIT_ERROR;
	}
	if (r < 0) {
		log_error("the machine cannot be read: %s", strerror(-r));
		return EXIT_ERROR;
	}
	r = select_items(arguments, &view);
	if (r < 0)
		return r == -ENODEV ? EXIT_NOT_FOUND : EXIT_ERROR;
	remark(arguments, &view);
	*ret = view;
	view = (struct view){ 0 };
	return EXIT_OK;
}

enum exit_code view_take(const struct arguments *arguments, struct view *ret)
{
	_cleanup_policy_set_ struct policy_set *policies = NULL;
	enum exit_code status = view_load_policies(arguments, &policies);

	if (status == EXIT_OK)
		status = view_take_with(arguments, policies, ret);
	if (status == EXIT_OK)
		ret->own = TAKE_PTR(policies);
	return status;
}

enum exit_code view_load_users(const struct arguments *arguments,
			       const struct view *view)
{
	_cleanup_close_ int root_fd = view_open_root(arguments);
	int r;

	if (root_fd < 0)
		return EXIT_ERROR;
	r = facts_holders_load(root_fd, view->survey->snapshot);
	if (r == 0 || r == -ENOENT) /* a recorded tree has no processes */
		return EXIT_OK;
	if (r == -EACCES) {
		log_warning("pinned_pages is not shown: only root may read it");
		return EXIT_OK;
	}
	log_error("the users of the devices cannot be found: %s", strerror(-r));
	return EXIT_ERROR;
}

static void note_wanted(const struct view *view, bool *wanted)
{
	for (size_t i = 0; i < view->n_items; i++) {
		const struct plan_item *item = view->items[i];

		wanted[item - view->survey->items] =
			item->device->content == CONTENT_UNKNOWN &&
			!item->decision->exclusion &&
			!item->decision->exclusion_unknown;
	}
}

enum exit_code view_load_content(const struct arguments *arguments,
				 const struct view *view)
{
	_cleanup_free_ bool *wanted =
		calloc(view->survey->n_items + 1, sizeof(*wanted));
	_cleanup_close_ int root_fd = view_open_root(arguments);

	if (root_fd < 0)
		return EXIT_ERROR;
	if (!wanted) {
		log_error("%s", strerror(ENOMEM));
		return EXIT_ERROR;
	}
	note_wanted(view, wanted);
	content_load(root_fd, view->survey->snapshot, wanted);
	return EXIT_OK;
}

int view_make(struct survey *survey, const struct policy_set *policies,
	      struct view *ret)
{
	const struct plan_item **items =
		calloc(survey->n_items + 1, sizeof(*items));

	if (!items) {
		survey_free(survey);
		return -ENOMEM;
	}
	for (size_t i = 0; i < survey->n_items; i++)
		items[i] = &survey->items[i];
	*ret = (struct view){
		.policies = policies,
		.survey = survey,
		.items = items,
		.n_items = survey->n_items,
	};
	return 0;
}

void view_done(struct view *view)
{
	free(view->items);
	survey_free(view->survey);
	policy_set_free(view->own);
}
