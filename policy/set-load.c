// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/set-load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/names.h"
#include "basic/text.h"
#include "policy/file-check.h"
#include "policy/grant-load.h"
#include "policy/loader.h"
#include "policy/near-miss.h"
#include "policy/override-load.h"
#include "policy/pool-check.h"
#include "policy/pool.h"
#include "policy/syntax/entries.h"
#include "policy/syntax/trusted.h"

/* Of passwd(5) and group(5). */
#define ACCOUNTS_LIMIT ((size_t)32 * 1024 * 1024)

static struct policy_file *new_file(const struct policy_loader *loader,
				    const char *path)
{
	_cleanup_free_ char *name = policy_loader_name(loader, path);

	return name ? policy_file_new(POLICY_KIND_REGION, name) : NULL;
}

static int load_file(const struct policy_loader *loader,
		     const struct entry *entry, struct policy_set *set)
{
	_cleanup_policy_file_ struct policy_file *file =
		new_file(loader, entry->path);
	int r;

	if (!file)
		return -ENOMEM;
	r = policy_loader_read(loader, entry->path, file, file->sources[0]);
	if (r <= 0) /* a mask */
		return r;
	r = policy_loader_read_dropins(loader, entry->name, file);
	if (r < 0)
		return r;
	r = policy_file_check(file);
	if (r < 0)
		return r;
	r = policy_set_add_file(set, file);
	if (r == 0)
		TAKE_PTR(file);
	return r;
}

/* What cannot be read may be about any device, so it stands before all others.
 */
static int add_fault(const struct policy_loader *loader, struct policy_set *set,
		     const char *path, const char *fault)
{
	_cleanup_policy_file_ struct policy_file *file = new_file(loader, path);
	int r;

	if (!file)
		return -ENOMEM;
	r = policy_file_report_fault(file, file->sources[0], fault);
	if (r < 0)
		return r;
	r = policy_set_add_file(set, file);
	if (r == 0)
		TAKE_PTR(file);
	return r;
}

static int load_overrides(const struct policy_loader *loader,
			  struct policy_set *set)
{
	const struct policy_search *machine = loader->search->machine;
	const struct policy_search *search = machine ?: loader->search;
	struct policy_loader its = *loader;

	its.search = search;
	for (unsigned int i = 0; i < POLICY_OVERRIDE_SCOPES; i++) {
		_cleanup_free_ char *fault = NULL;
		int r;

		/* Their directories are the first two, in this order. */
		if (!machine && loader->faulty[i])
			continue;
		r = override_load(search->root_fd, search->trusted_uid, i,
				  &set->overrides, &fault);
		if (r == -EINVAL)
			r = add_fault(&its, set, override_load_paths[i], fault);
		if (r < 0)
			return r;
	}
	return 0;
}

static int load_grants(const struct policy_loader *loader,
		       struct policy_set *set)
{
	const struct policy_search *machine = loader->search->machine;
	const struct policy_search *search = machine ?: loader->search;
	_cleanup_free_ char *fault = NULL;
	struct policy_loader its = *loader;
	int r;

	its.search = search;
	/* The second directory is POLICY_DIR_RUN. */
	if (!machine && loader->faulty[1])
		return 0;
	r = grant_load(search->root_fd, search->trusted_uid, &set->grants,
		       &fault);
	if (r == -EINVAL)
		r = add_fault(&its, set, grant_load_path, fault);
	return r;
}

/* To be freed; NULL: there is none that could be trusted. */
static int read_accounts(const struct policy_search *search, const char *path,
			 char **ret)
{
	_cleanup_free_ char *text = NULL, *fault = NULL;
	size_t size;
	int r;

	*ret = NULL;
	r = trusted_read(search->root_fd, path, search->trusted_uid,
			 ACCOUNTS_LIMIT, &text, &size, &fault);
	if (r <= 0)
		return r == -EINVAL ? 0 : r;
	*ret = strndup(text, size);
	return *ret ? 0 : -ENOMEM;
}

/* Names of users and groups become numbers. */
static int resolve_pools(const struct policy_loader *loader,
			 struct policy_set *set)
{
	const struct policy_search *search =
		loader->search->machine ?: loader->search;
	_cleanup_free_ char *passwd = NULL, *group = NULL;
	bool needed = false;
	int r = 0;

	for (size_t i = 0; i < set->n_files; i++)
		needed |= set->files[i]->pool.source != NULL;
	if (needed)
		r = read_accounts(search, "etc/passwd", &passwd);
	if (needed && r == 0)
		r = read_accounts(search, "etc/group", &group);
	for (size_t i = 0; i < set->n_files && r == 0; i++)
		r = policy_pool_resolve(&set->files[i]->pool, passwd, group);
	return r;
}

static int find_files(struct policy_loader *loader, struct policy_set *set,
		      struct entries *files)
{
	for (size_t i = 0; i < loader->n_directories; i++) {
		_cleanup_free_ char *fault = NULL;
		int r;

		r = policy_loader_find(loader, loader->directories[i],
				       POLICY_SUFFIX, files, &fault);
		loader->faulty[i] = r == -EINVAL;
		if (loader->faulty[i])
			r = add_fault(loader, set, loader->directories[i],
				      fault);
		if (r < 0)
			return r;
	}
	entries_sort(files);
	return 0;
}

static int report_stray(const struct policy_loader *loader,
			struct policy_set *set, const char *path,
			const char *why)
{
	_cleanup_free_ char *name = policy_loader_name(loader, path);
	_cleanup_policy_source_ struct policy_source *stray = NULL;
	int r;

	if (!name)
		return -ENOMEM;
	stray = policy_source_new(name);
	if (!stray)
		return -ENOMEM;
	r = policy_source_report(stray, POLICY_WARNING, POLICY_WHOLE_FILE, "%s",
				 why);
	if (r < 0)
		return r;
	r = policy_set_add_stray(set, stray);
	if (r == 0)
		TAKE_PTR(stray);
	return r;
}

/* Why nobody reads @name although it looks like a policy, or NULL. */
static const char *describe_stray(const struct entries *files, const char *name)
{
	const char suffix[] = POLICY_SUFFIX POLICY_DROPIN_DIR_SUFFIX;
	_cleanup_free_ char *file = NULL;

	if (!text_ends_with(name, suffix))
		return near_miss_describe(name);
	file = strndup(name, strlen(name) - strlen(POLICY_DROPIN_DIR_SUFFIX));
	if (!file || entries_have(files, file))
		return NULL;
	return "there is no file of this name without "
	       "\"" POLICY_DROPIN_DIR_SUFFIX "\", so nothing in here is used";
}

/* Reports drop-ins of a file that does not exist, and misspelt names. */
static int find_strays(const struct policy_loader *loader,
		       struct policy_set *set, const struct entries *files)
{
	_cleanup_entries_ struct entries found = { NULL };

	for (size_t i = 0; i < loader->n_directories; i++) {
		_cleanup_free_ char *fault = NULL;
		int r;

		if (loader->faulty[i])
			continue;
		r = policy_loader_find(loader, loader->directories[i], "",
				       &found, &fault);
		if (r < 0 && r != -EINVAL) /* it was reported by find_files() */
			return r;
	}
	entries_sort(&found);
	for (size_t i = 0; i < found.n_items; i++) {
		const char *why = describe_stray(files, found.items[i].name);
		int r;

		if (!why)
			continue;
		r = report_stray(loader, set, found.items[i].path, why);
		if (r < 0)
			return r;
	}
	return 0;
}

static int load_conf(const struct policy_loader *loader, struct policy_set *set)
{
	int r;

	set->conf = policy_file_new(POLICY_KIND_CONF,
				    "/" POLICY_DIR_ETC "/" POLICY_CONF);
	if (!set->conf)
		return -ENOMEM;
	r = policy_loader_read_conf(loader, set->conf);
	if (r >= 0)
		r = policy_loader_read_dropins(loader, POLICY_CONF, set->conf);
	if (r >= 0)
		r = policy_file_check(set->conf);
	return r;
}

int policy_set_load_from(const struct policy_search *search,
			 struct policy_set **ret)
{
	struct policy_loader loader;
	_cleanup_entries_ struct entries files = { NULL };
	_cleanup_policy_set_ struct policy_set *set = calloc(1, sizeof(*set));
	int r;

	if (!set)
		return -ENOMEM;
	policy_loader_init(&loader, search);
	r = find_files(&loader, set, &files);
	if (r >= 0)
		r = load_overrides(&loader, set);
	if (r >= 0)
		r = load_grants(&loader, set);
	if (r < 0)
		return r;
	for (size_t i = 0; i < files.n_items; i++) {
		r = load_file(&loader, &files.items[i], set);
		if (r < 0)
			return r;
	}
	r = policy_pool_check_set(set);
	if (r >= 0)
		r = resolve_pools(&loader, set);
	if (r >= 0)
		r = load_conf(&loader, set);
	if (r < 0)
		return r;
	r = find_strays(&loader, set, &files);
	if (r < 0)
		return r;
	r = policy_set_finish(set);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(set);
	return 0;
}

int policy_set_load(int root_fd, unsigned int trusted_uid,
		    struct policy_set **ret)
{
	const struct policy_search search = {
		.root_fd = root_fd,
		.trusted_uid = trusted_uid,
	};

	return policy_set_load_from(&search, ret);
}
